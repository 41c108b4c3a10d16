"""Goals with what serves them, and what came of features: the end of the loop and its start."""
