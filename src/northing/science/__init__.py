"""The decision science core: frozen values and arrays in, frozen results out; no database, no web."""
