"""Benchmarks: one file per figure, run as ``python -m benchmarks NAME``."""
