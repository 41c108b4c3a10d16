"""Bounds on what is read, so that no file can exhaust the machine. Beyond one the file is refused, or the row."""

CELL_CHARACTERS = 1_000_000
COLUMNS = 2_000
JSON_DEPTH = 64
JSON_RECORD_CHARACTERS = 16_000_000
WORKBOOK_BYTES = 400_000_000
"""Unpacked size of an XLSX or ODS file; the packed one can be a hundred times smaller."""
WORKBOOK_CELLS = 20_000_000
SHEETS = 500
MERGES = 100_000
MERGED_CELLS = 2_000_000
"""Cells of a sheet over which the merged ones reach."""
SAMPLE_BYTES = 1_000_000
SAMPLE_ROWS = 1_000
COLUMN_SAMPLES = 20
