"""Files in and out: what a file is, its records under canonical names, and tables written as streams.

>>> import tempfile, pathlib
>>> path = pathlib.Path(tempfile.mkdtemp()) / "reviews.csv"
>>> _ = path.write_text("Review,Stars,Date\\nCrashes on export,2,25/04/2024\\n")
>>> found = recognise(path)
>>> found.format, found.record_type, found.date_order
('product-reviews', 'feedback', 'day-first')
>>> next(read(path, found, "feedback")).values["text"]
'Crashes on export'
"""

from northing.exchange.converting import read
from northing.exchange.fields import EXTERNAL_ID, TARGETS, Target
from northing.exchange.recognising import propose_mapping, recognise, warnings_for
from northing.exchange.records import (
    Column,
    ColumnMapping,
    DateOrder,
    Layout,
    Problem,
    Recognition,
    Record,
    RecordType,
    Refused,
)
from northing.exchange.writing import escape, write_csv, write_json, write_rejected, write_xlsx

__all__ = [
    "EXTERNAL_ID",
    "TARGETS",
    "Column",
    "ColumnMapping",
    "DateOrder",
    "Layout",
    "Problem",
    "Recognition",
    "Record",
    "RecordType",
    "Refused",
    "Target",
    "escape",
    "propose_mapping",
    "read",
    "recognise",
    "warnings_for",
    "write_csv",
    "write_json",
    "write_rejected",
    "write_xlsx",
]
