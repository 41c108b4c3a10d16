"""The REST API: every record type, typed from its field specifications."""
