"""Records come out of every layout as they stand there; nothing is lost on the way."""

from __future__ import annotations

import csv
import io
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from northing.exchange import limits, read, recognise
from northing.exchange.delimited import Delimited
from northing.exchange.json_stream import iterate
from northing.exchange.reading import read_rows


def rows_of(path: Path) -> list[dict[str, str | list[str]]]:
    return [row.values for row in read_rows(path, recognise(path).layout)]


@pytest.mark.parametrize(
    ("encoding", "separator", "title"),
    [
        ("utf-8", ",", "Größe ändern"),
        ("utf-8-sig", ";", "Größe ändern"),
        ("utf-16", "\t", "サイズを変える"),
        ("utf-16-le", "\t", "Größe ändern"),
        ("cp1252", ";", "Größe ändern – „schnell“"),
        ("cp932", ",", "写真の大きさを変えたいのですが、できません"),
        ("cp1251", ";", "Изменить размер фотографии при экспорте"),
    ],
)
def test_encoding_and_separator_are_found(write, encoding: str, separator: str, title: str) -> None:
    lines = [["Title", "Description", "Votes"], *([title, f"{title} ({n})", str(n)] for n in range(20))]
    path = write("ideas.csv", "\r\n".join(separator.join(line) for line in lines), encoding)
    found = recognise(path)
    assert found.separator == separator
    assert rows_of(path)[3] == {"Title": title, "Description": f"{title} (3)", "Votes": "3"}


def test_a_few_bytes_that_are_no_utf8_do_not_change_the_encoding(write) -> None:
    good = "".join(f"Größe {n},ändern\n" for n in range(50)).encode()
    path = write("a.csv", b"Title,Description\n" + good + b"caf\xe9,x\n")
    found = recognise(path)
    assert found.encoding == "utf-8"
    assert any("not valid UTF-8" in warning for warning in found.warnings)
    assert rows_of(path)[0]["Title"] == "Größe 0"


def test_title_rows_stand_above_the_header(write) -> None:
    path = write("a.csv", "Ideas of the spring review\nPrinted 3 May,,\n\nTitle,Votes,Status\nDark mode,3,open\n")
    found = recognise(path)
    assert found.header_row == 4
    assert rows_of(path) == [{"Title": "Dark mode", "Votes": "3", "Status": "open"}]
    assert any("row 4" in warning for warning in found.warnings)


def test_a_separator_line_for_spreadsheets_is_no_record(write) -> None:
    assert rows_of(write("a.csv", "sep=;\nTitle;Votes\nDark, very;3\n")) == [{"Title": "Dark, very", "Votes": "3"}]


def test_a_table_without_headers_numbers_its_columns(write) -> None:
    path = write("a.csv", "1,Dark mode please,2024-01-02\n2,Export fails,2024-01-03\n3,It crashes,2024-01-04\n")
    assert recognise(path).header_row == 0
    assert rows_of(path)[0] == {"Column 1": "1", "Column 2": "Dark mode please", "Column 3": "2024-01-02"}


def test_row_names_without_a_header_get_a_column(write) -> None:
    path = write("a.csv", "App,Rating\n0,Lumen,4.1\n1,Aria,3.9\n")
    assert rows_of(path)[0] == {"Column 1": "0", "App": "Lumen", "Rating": "4.1"}


def test_a_separator_at_the_end_of_rows_is_no_column(write) -> None:
    path = write("a.csv", "Title;Votes\nDark mode;3;\nExport;4;\n")
    assert [(row.values["Title"], row.problems) for row in read_rows(path, recognise(path).layout)] == [
        ("Dark mode", ()),
        ("Export", ()),
    ]


def test_a_table_far_below_what_is_searched_still_reads(write) -> None:
    path = write("a.csv", "note\n" * 60 + "".join(f"{n},text {n},x\n" for n in range(200)))
    assert recognise(path).header_row == 0


def test_repeated_columns_are_kept_as_lists(write) -> None:
    path = write("a.csv", "Summary,Issue key,Labels,Labels,Labels\nOne,A-1,red,,blue\n")
    assert rows_of(path) == [{"Summary": "One", "Issue key": "A-1", "Labels": ["red", "blue"]}]


def test_cells_over_several_lines_are_one_record(write) -> None:
    text = "first line\nsecond, line\n" + "long " * 20_000
    path = write("a.csv", f'Title,Description\nA,"{text}"\nB,short\n')
    assert [row.values["Description"] for row in read_rows(path, recognise(path).layout)] == [text, "short"]
    assert [row.line for row in read_rows(path, recognise(path).layout)] == [4, 5]


def test_a_stray_quote_costs_no_row(write) -> None:
    rows = "".join(f"row {n},text {n}\n" for n in range(50))
    path = write("a.csv", f'Title,Description\n"5 inch screen,too small\n{rows}')
    found = rows_of(path)
    assert len(found) == 51
    assert found[0] == {"Title": '"5 inch screen', "Description": "too small"}


def test_a_stray_quote_closed_by_another_row_costs_no_row(write) -> None:
    path = write("a.csv", 'Title,Description\n"5 inch,small\nB,b\nC,c\n"7 inch,large\nD,d\n')
    assert [values["Title"] for values in rows_of(path)] == ['"5 inch', "B", "C", '"7 inch', "D"]


def test_a_cut_off_file_says_so_in_its_last_row(write) -> None:
    path = write("a.csv", 'Title,Description\nA,a\nB,"cut of')
    *_, last = read(path, recognise(path), "feedback")
    assert last.row == 3
    assert last.values["title"] == "B"
    assert "may be cut off" in last.problems[0].rule


def test_ragged_rows_are_reported_and_kept(write) -> None:
    body = "".join(f"t{n},d{n},1\n" for n in range(60))
    path = write("a.csv", f"Title,Description,Votes\n{body}X,y,1,too,many\nshort,one\nZ,z,1,,\n")
    records = list(read(path, recognise(path), "feedback"))
    assert len(records) == 63
    problems = {record.values["title"]: [problem.value for problem in record.problems] for record in records[-3:]}
    assert problems == {"X": ["5 cells"], "short": ["2 cells"], "Z": []}
    assert records[-3].extra["Column 4"] == ["too"]


def test_rows_that_leave_out_empty_cells_are_taken_where_that_is_the_habit(write) -> None:
    path = write("a.csv", "Title,Description,Tags\nA,a,x\nB,b\nC,c\nD\n")
    found = recognise(path)
    assert not [problem for record in read(path, found, "feedback") for problem in record.problems]
    assert any("fewer cells" in warning for warning in found.warnings)


def test_nul_characters_are_left_out(write) -> None:
    assert rows_of(write("a.csv", "Title,Votes\nDark\0 mode,3\n\0\0\nB,1\n")) == [
        {"Title": "Dark mode", "Votes": "3"},
        {"Title": "B", "Votes": "1"},
    ]


def test_a_cell_beyond_the_bound_is_a_row_error(write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "CELL_CHARACTERS", 1000)
    path = write("a.csv", f'Title,Description\nA,"{"x" * 3000}"\nB,b\n')
    first, second = read(path, recognise(path), "feedback")
    assert "longer than" in first.problems[0].rule
    assert (second.values["title"], second.problems) == ("B", ())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8), min_size=3, max_size=3),
        max_size=6,
    )
)
def test_well_formed_csv_reads_as_the_standard_library_reads_it(table: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["x", "y", "z"], *table])
    text.seek(0)
    found = Delimited(io.StringIO(text.getvalue(), newline=""), ",")
    found.width = 3
    assert [row for row in found if row] == [["x", "y", "z"], *table]


def test_workbook_dates_numbers_and_the_fullest_sheet(write_workbook) -> None:
    moment = datetime(2024, 3, 4, 5, 6, tzinfo=UTC)
    path = write_workbook(
        "ideas.xlsx",
        Cover=[["Prepared for the review"]],
        Ideas=[
            ["Our ideas"],
            ["Title", "Description", "Votes", "Created", "Due date", "Done?"],
            ["Dark mode", "Please", 12, moment.replace(tzinfo=None), date(2024, 6, 1), True],
            ["Export", "Faster", 3.5, date(2024, 3, 5), date(2024, 7, 1), False],
        ],
    )
    found = recognise(path)
    assert (found.layout.sheet, found.header_row) == ("Ideas", 2)
    assert any("'Cover'" in warning for warning in found.warnings)
    assert rows_of(path)[0] == {
        "Title": "Dark mode", "Description": "Please", "Votes": "12", "Created": "2024-03-04 05:06:00",
        "Due date": "2024-06-01", "Done?": "true",
    }  # fmt: skip
    first = next(read(path, found, "feature"))
    assert first.values["created_at"] == moment
    assert first.values["target_date"] == date(2024, 6, 1)


def test_a_workbook_whose_dimension_names_whole_rows_is_read(tmp_path: Path, write_workbook) -> None:
    import zipfile

    source = write_workbook("good.xlsx", Ideas=[["Title", "Votes"], ["Dark mode", 3]])
    odd = tmp_path / "odd.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(odd, "w") as new:
        for entry in old.infolist():
            new.writestr(entry, old.read(entry).replace(b'<dimension ref="A1:B2"/>', b'<dimension ref="1:2"/>'))
    assert rows_of(odd) == [{"Title": "Dark mode", "Votes": "3"}]


def test_ods_with_padding_to_the_end_of_the_sheet(write_ods) -> None:
    def cell(text: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    path = write_ods(
        "ideas.ods",
        f"<table:table-row>{cell('Title')}{cell('Description')}</table:table-row>"
        f"<table:table-row>{cell('Dark mode')}{cell('Please')}"
        '<table:table-cell table:number-columns-repeated="16382"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048574"><table:table-cell'
        ' table:number-columns-repeated="16384"/></table:table-row>',
    )
    assert recognise(path).kind == "ods"
    assert rows_of(path) == [{"Title": "Dark mode", "Description": "Please"}]


def test_json_in_each_of_its_forms(write, write_json) -> None:
    records = [{"title": "A", "votes": 1, "who": {"name": "x"}}, {"title": "B", "votes": 2.5, "who": None}]
    expected = [{"title": "A", "votes": "1", "who.name": "x"}, {"title": "B", "votes": "2.5", "who": ""}]
    assert rows_of(write_json("array.json", records)) == expected
    assert rows_of(write_json("wrapped.json", {"total": 2, "page": {"n": 1}, "items": records})) == expected
    assert rows_of(write("lines.jsonl", '{"title": "A"}\n\n{"title": "B"}\n')) == [{"title": "A"}, {"title": "B"}]
    assert rows_of(write("one.jsonl", '{"title": "A"}')) == [{"title": "A"}]
    assert rows_of(write("lines.json", '{"title": "A"}\n{"title": "B"}')) == [{"title": "A"}, {"title": "B"}]
    assert rows_of(write("half.json", r'[{"title": "a\u0000b\ud800"}]')) == [{"title": "ab?"}]


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.dictionaries(
            st.text(max_size=5),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
                lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
                max_leaves=6,
            ),
            max_size=4,
        ),
        max_size=5,
    ),
    st.integers(1, 9),
)
def test_streamed_json_equals_what_was_written(records: list[dict[str, object]], chunk: int) -> None:
    import json

    class Slow(io.StringIO):
        def read(self, size: int | None = -1, /) -> str:
            return super().read(chunk)

    assert [value for _, value in iterate(Slow(json.dumps(records, indent=1)))] == records
    assert [value for _, value in iterate(Slow(json.dumps({"n": 12, "items": records})))] == [12, *(records or [[]])]


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(rows: int) -> int:
        path = tmp_path / f"{rows}.csv"
        with path.open("w") as file:
            file.write("Title,Description,Votes\n")
            file.writelines(f"Idea {n},{'words ' * 20},{n % 7}\n" for n in range(rows))
        tracemalloc.start()
        assert sum(1 for _ in read(path, recognise(path), "feedback")) == rows
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(24_000) < peak(8_000) * 1.05  # both beyond the sample


def test_a_line_beyond_the_bound_is_one_faulty_record(write) -> None:
    path = write("long.csv", 'Feedback,Rating\n"' + "x" * 9_000_000 + '",5\nok,4\n')
    found = recognise(path)
    rows = list(read_rows(path, found.layout))
    assert [bool(row.problems) for row in rows] == [True, False]
    assert rows[1].values == {"Feedback": "ok", "Rating": "4"}


def test_quotes_that_quote_nothing_are_letters(write) -> None:
    path = write("reviews.tsv", 'Title\tReview\tRating\nA\t"Broke" after a day\t1\nB\t5" screen\t4\n"C"\t"fine"\t5\n')
    rows = list(read_rows(path, recognise(path).layout))
    assert [row.values["Review"] for row in rows] == ['"Broke" after a day', '5" screen', "fine"]


def test_a_broken_line_costs_no_other_and_is_named(write) -> None:
    path = write("a.jsonl", '{"title": "One"}\n{"title": "Tw\n\n{"title": "Three"}\n')
    found = recognise(path)
    rows = list(read_rows(path, found.layout))
    assert (found.estimated_rows, [row.values.get("title") for row in rows]) == (3, ["One", None, "Three"])
    [problem] = rows[1].problems
    assert (problem.value, "line 2 of the file" in problem.rule) == ('{"title": "Tw', True)
    assert [len(record.problems) for record in read(path, found, "feedback")] == [0, 1, 0]


def test_records_over_several_lines_are_no_broken_ones(write) -> None:
    path = write("a.jsonl", '{"title":\n"One", "of":\n{"n": 1}}\n{"title": "Two", "is": [{"n": 1},\n{"n": 2}]}\n')
    assert [row.values["title"] for row in read_rows(path, recognise(path).layout)] == ["One", "Two"]


@pytest.mark.parametrize(
    ("lines", "header_row", "told"),
    [
        (["The export takes for ever", "I lost my work again"], 0, "no header row"),
        (["It crashes", "I lost my work again and nobody answers"], 1, "“It crashes”, is taken for the heading"),
        (["Feedback", "I lost my work again"], 1, ""),
    ],
)
def test_a_list_whose_first_line_is_no_heading_is_told_so(write, lines: list[str], header_row: int, told: str) -> None:
    found = recognise(write("list.txt", "\n".join(lines)))
    assert found.header_row == header_row
    assert [told in warning for warning in found.warnings] == [True] * bool(told)
