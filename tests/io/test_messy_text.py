from __future__ import annotations

import codecs
import random

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.domain.arrays import strings
from abmkit.errors import InputError, UsageError
from abmkit.io.reading import TextSettings, read
from abmkit.io.writing import write

COMPANIES = [
    ("Acme Inc.", "acme.com", "Berlin", "200", "2001-05-01"),
    ("Globex, Ltd.", "globex.co.uk", "London", "1,500", "1999-12-31"),
    ("Müller & Söhne", "mueller.de", "Köln", "35", "1950-01-02"),
    ("Initech", "initech.com", "Austin", "9", "2015-07-07"),
    ("Umbrella plc", "umbrella.com", "Leeds", "12000", "1968-03-03"),
]
HEADER = ("name", "website", "city", "employees", "founded")


def rows_of(folder, data, name="x.csv", **given):
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    records = read(path, text=TextSettings(**given))
    rows = [tuple(row.values()) for table in records.batches() for row in table.to_pylist()]
    return records, rows


def text_of(rows=COMPANIES, header=HEADER, mark=",", end="\n", quote='"'):
    def cell(text):
        return f"{quote}{text}{quote}" if mark in text or quote in text else text

    return end.join(mark.join(map(cell, row)) for row in (header, *rows) if row) + end


@pytest.mark.parametrize("mark", [",", ";", "\t", "|", "^", "~", "||", "::", ", ", " ; ", "\x1f"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_delimiter_and_record_end_is_found(tmp_path, mark, end):
    records, rows = rows_of(tmp_path, text_of(mark=mark, end=end))
    assert (records.header, records.delimiter, rows) == (list(HEADER), mark, COMPANIES)


def test_other_quotes_and_escapes_are_found(tmp_path):
    _, rows = rows_of(tmp_path, text_of(quote="'"))
    assert rows == COMPANIES
    lines = [r'"Joe \"the\" Plumber, Inc.",Austin', '"Acme, Inc.",Berlin', '"A \\"B\\", C",Rome']
    records, rows = rows_of(tmp_path, "name,city\n" + "\n".join(lines))
    assert rows[0] == ('Joe "the" Plumber, Inc.', "Austin")
    assert (rows[2], records.escape) == (('A "B", C', "Rome"), "\\")


def test_a_file_without_a_header_keeps_all_its_rows(tmp_path):
    records, rows = rows_of(tmp_path, text_of(header=()))
    assert (records.header_rows, rows) == (0, COMPANIES)
    assert records.header == [f"column_{at}" for at in range(1, 6)]


def test_header_rows_are_joined(tmp_path):
    upper = "company,,,size,since\n"
    records, rows = rows_of(tmp_path, upper + text_of())
    assert records.header_rows == 2
    assert records.header[0] == "company name"
    assert rows == COMPANIES


@pytest.mark.parametrize(
    "names",
    [
        ["Acme Inc", "Globex Ltd", "Initech Corp", "Umbrella plc", "Stark Industries"],
        ["Alphabet", "Apple", "Exxon Mobil", "Walmart", "General Motors"],
        ["Acme, Inc.", "Globex", "Initech Corp", "Umbrella", "Stark & Sons", "Wayne"],
        ["Coca-Cola", "Rolls-Royce", "Hewlett-Packard", "Acme"],
        ["新希望集团", "比亚迪", "华为技术有限公司"],
        ["Firm 1 Ltd", "Firm 2 Ltd", "Firm 3 Ltd", "Firm 4 Ltd"],
    ],
)
def test_a_bare_list_of_names_is_one_column(tmp_path, names):
    records, rows = rows_of(tmp_path, "\n".join(["name", *names]))
    assert (records.header, rows) == (["name"], [(name,) for name in names])


def test_titles_and_notes_are_kept_apart_from_rows(tmp_path):
    data = "Members of the chamber 2024\nExported by: intranet\n\n" + text_of() + "\nSource: us\n"
    records, rows = rows_of(tmp_path, data)
    assert (records.header, rows, records.rejects) == (list(HEADER), COMPANIES, [])
    assert records.preamble == ["Members of the chamber 2024", "Exported by: intranet"]
    assert records.footnotes == ["Source: us"]


def test_totals_are_notes_and_a_company_of_that_name_is_none(tmp_path):
    total = "Total,,,13744,\n"
    records, rows = rows_of(tmp_path, text_of() + total)
    assert (rows, records.footnotes) == (COMPANIES, [total.strip()])
    records, rows = rows_of(tmp_path, text_of() + "Total Energies,,,,\n")
    assert rows == [*COMPANIES, ("Total Energies", None, None, None, None)]


def test_of_several_tables_that_of_companies_is_read_and_the_others_named(tmp_path):
    other = "year,visitors,halls\n" + "".join(
        f"{year},{year * 3},7\n" for year in range(1990, 2020)
    )
    records, rows = rows_of(tmp_path, other + "\n" + text_of())
    assert (records.header, rows) == (list(HEADER), COMPANIES)
    assert records.other_tables == ["line 1: 30 rows of 3 columns (year, visitors, halls)"]
    records, rows = rows_of(tmp_path, text_of() + "\n" + other)
    assert rows == COMPANIES
    assert records.other_tables == ["line 8: 30 rows of 3 columns (year, visitors, halls)"]


def test_a_header_that_comes_again_is_no_row(tmp_path):
    again = text_of(rows=[("New AG", "new.ch", "Bern", "7", "2020-01-01")])
    _, rows = rows_of(tmp_path, text_of() + again)
    assert rows == [*COMPANIES, ("New AG", "new.ch", "Bern", "7", "2020-01-01")]


def test_a_repaired_row_is_marked_with_its_line(tmp_path):
    lines = text_of(rows=COMPANIES * 4).splitlines()
    lines[6] = "Acme Inc.,,acme.com,Berlin,200,2001-05-01"
    lines[9] = "Initech,initech.com,Austin,92015-07-07"
    records, rows = rows_of(tmp_path, "\n".join(lines))
    assert rows == [*COMPANIES, *COMPANIES, *COMPANIES, *COMPANIES]
    assert [(r.line, r.reason) for r in records.repairs] == [
        (7, "a delimiter too many"),
        (10, "a delimiter too few"),
    ]


def test_a_row_written_as_one_quoted_cell_is_its_cells(tmp_path):
    row = ("Banking, Trade and Co.", "bank.com", "Bern", "12", "2011-02-03")
    lines = text_of(rows=[*COMPANIES, row, *COMPANIES]).splitlines()
    at = len(COMPANIES) + 1
    lines[at] = '"' + lines[at].replace('"', '""') + '"'
    records, rows = rows_of(tmp_path, "\n".join(lines))
    assert rows == [*COMPANIES, row, *COMPANIES]
    assert [(r.line, r.reason) for r in records.repairs] == [(at + 1, "a row in quotes")]


def test_nul_characters_are_left_out(tmp_path):
    _, rows = rows_of(tmp_path, text_of().replace("Acme", "Ac\0me"))
    assert rows == COMPANIES


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_two_stray_nul_characters_make_no_other_encoding(tmp_path, end):
    lines = [HEADER, *COMPANIES[:4]]
    text = end.join("\t".join(line) for line in lines)
    for first in range(60, 90):
        for second in range(first + 2, first + 20, 2):
            # Both fall on the same half of the pairs, as the zero bytes of UTF-16 do.
            damaged = f"{text[:first]}\0{text[first : second - 1]}\0{text[second - 1 :]}"
            _, rows = rows_of(tmp_path, damaged)
            assert len(rows) == len(lines) - 1, (first, second)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_signs_of_which_a_byte_ends_lines_make_no_other_encoding(tmp_path, encoding):
    path = tmp_path / "wide.csv"
    rows = [[f"上海不上不下{sign * 20}有限公司", "上海上下不不"] for sign in "上不海中国人大"]
    lines = [["公司名称上不", "城市不上"], *rows]
    path.write_bytes("\n".join("\t".join(line) for line in lines).encode(encoding))
    with read(path) as records:
        found = [list(row.values()) for batch in records.batches() for row in batch.to_pylist()]
    assert found == rows


@pytest.mark.parametrize(
    ("encoding", "name", "city"),
    [
        ("gb18030", "新希望集团有限公司", "成都"),
        ("gbk", "深圳市腾讯计算机系统有限公司", "深圳"),
        ("big5", "台灣積體電路製造股份有限公司", "新竹"),
        ("shift_jis", "トヨタ自動車株式会社", "豊田市"),
        ("euc_kr", "삼성전자 주식회사", "수원시"),
        ("cp1252", "Müller & Söhne – Café", "Köln"),
        ("iso8859_2", "Żółw i Łoś spółka z o.o.", "Łódź"),
        ("cp1250", "Škoda Auto a.s. – Česká", "Plzeň"),
        ("cp1251", "ООО Яндекс Технологии", "Москва"),
        ("utf-16", "新希望", "Köln"),
        ("utf-16-le", "新希望", "Köln"),
        ("utf-16-be", "新希望", "Köln"),
        ("utf-32", "新希望", "Köln"),
        ("utf-8-sig", "新希望", "Köln"),
    ],
)
def test_encodings_are_found_by_what_they_spell(tmp_path, encoding, name, city):
    data = f"name,city,employees\n{name},{city},12\nAcme,Berlin,7\n".encode(encoding)
    records, rows = rows_of(tmp_path, data)
    assert rows == [(name, city, "12"), ("Acme", "Berlin", "7")]
    assert records.header == ["name", "city", "employees"]


def test_lines_in_another_encoding_are_read_in_theirs_and_said(tmp_path):
    lines = [f"公司{at},成都".encode() for at in range(40)]
    lines[20] = "新希望有限公司,成都".encode("gb18030")
    records, rows = rows_of(tmp_path, b"\n".join([b"name,city", *lines]))
    assert rows[20] == ("新希望有限公司", "成都")
    assert [(r.line, r.reason) for r in records.repairs] == [(22, "in another encoding")]


def test_every_golden_page_is_decoded(shared_data):
    from abmkit.io.text.dialects.encodings import decode, detect

    names = {"Big5": "cp950", "GB2312": "gb18030", "SHIFT_JIS": "cp932", "EUC-KR": "cp949"}
    names |= {"windows-1250-polish": "cp1250", "windows-1251-russian": "cp1251"}
    # Python has no codec for EUC-TW; this page's few accents spell words in Latin-2 as well.
    excused = {"_ude_euc-tw1.txt", "iso-8859-1/_ude_4.txt"}
    wrong = []
    folders = [f for f in (shared_data / "golden/encodings/chardet").iterdir() if f.is_dir()]
    for page in sorted(page for folder in folders for page in folder.iterdir()):
        encoding = names.get(page.parent.name, page.parent.name)
        if {page.name, f"{page.parent.name}/{page.name}"} & excused:
            continue
        data = page.read_bytes()
        found = detect(data)
        text = decode(data.removeprefix(found.mark), found).text
        if text != data.decode(encoding).removeprefix("\ufeff"):
            wrong.append(f"{page.parent.name}/{page.name}: {found.name}")
    assert wrong == []


def test_what_is_given_wins(tmp_path):
    data = "made by us\nname|a;b\nAcme|1;2\n"
    records, rows = rows_of(tmp_path, data, delimiter=";", header_rows=0, skip_rows=1)
    assert (records.header, rows) == (["column_1", "column_2"], [("name|a", "b"), ("Acme|1", "2")])
    records, _ = rows_of(tmp_path, "name\nMüller\n".encode("cp1252"), encoding="cp850")
    assert records.encoding == "cp850"


@pytest.mark.parametrize("name", ["nonsense", "hex", "rot13", "undefined", "a\0b"])
def test_what_is_no_encoding_of_text_is_told(tmp_path, name):
    with pytest.raises(UsageError, match=r"x\.csv: no encoding '.*'; utf-8, utf-16, gb18030"):
        rows_of(tmp_path, text_of(), encoding=name)


def test_a_long_file_is_read_as_a_short_one_is(tmp_path):
    chosen = random.Random(7)
    rows = [
        (
            f"Company {at}",
            f"c{at}.com",
            chosen.choice(["Bonn", "San José", 'a "b", c', "x\ny"]),
            "5",
        )
        for at in range(60_000)
    ]
    table = pa.table(
        [strings(c) for c in zip(*rows, strict=True)], names=["name", "web", "city", "n"]
    )
    write([table], table.schema, tmp_path / "x.csv")
    data = (tmp_path / "x.csv").read_bytes()
    assert rows_of(tmp_path, data)[1] == rows
    lines = data.split(b"\n")
    at = next(
        i for i in range(40_000, 60_000) if lines[i].startswith(b"Company") and b"Bonn" in lines[i]
    )
    lines[at] = lines[at].replace(b"Bonn", b"Bonn,,,")
    records, found = rows_of(tmp_path, b"\n".join(lines))
    assert len(found) + len(records.rejects) == len(rows)
    assert [odd.line for odd in (*records.rejects, *records.repairs)] == [at + 1]


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fail(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("bytes") / "x.csv"
    path.write_bytes(data)
    try:
        for _ in read(path).batches():
            pass
    except InputError:
        pass


@settings(max_examples=150, deadline=None)
@given(
    st.integers(5, 40),
    st.lists(
        st.tuples(st.integers(0, 10_000), st.sampled_from(["cut", "add", "quote", "swap"])),
        max_size=4,
    ),
    st.sampled_from(["utf-8", "utf-16", "gb18030"]),
)
def test_rows_are_conserved_whatever_is_broken(tmp_path_factory, count, damages, encoding):
    lines = text_of(rows=(COMPANIES * 8)[:count]).replace("ü", "u").replace("ö", "o").splitlines()
    for at, kind in damages:
        row, line = 1 + at % count, lines[1 + at % count]
        place = at % max(len(line), 1)
        lines[row] = {
            "cut": line.replace(",", "", 1),
            "add": line[:place] + "," + line[place:],
            "quote": line[:place] + '"' + line[place:],
            "swap": line.replace(",", ";"),
        }[kind]
    path = tmp_path_factory.mktemp("broken") / "x.csv"
    path.write_bytes(codecs.encode("\n".join(lines), encoding))
    records = read(path)
    found = sum(table.num_rows for table in records.batches())
    kept_apart = len(records.preamble) + len(records.footnotes)
    assert found + len(records.rejects) + kept_apart == count


def test_odd_rows_of_several_widths_do_not_end_a_table(tmp_path):
    lines = text_of().splitlines()
    lines[1] = lines[1].replace(",", "", 1)
    lines[2:4] = [f"{line}," for line in lines[2:4]]
    records, rows = rows_of(tmp_path, "\n".join(lines))
    assert records.header == list(HEADER)
    assert len(rows) + len(records.rejects) == len(COMPANIES)


def test_odd_rows_that_outnumber_the_others_leave_the_table_its_header(tmp_path):
    lines = text_of().splitlines()
    lines[2:5] = [f"{line}," for line in lines[2:5]]
    records, rows = rows_of(tmp_path, "\n".join(lines))
    assert (records.header, rows, records.preamble) == (list(HEADER), COMPANIES, [])


def test_a_header_with_odd_rows_under_it_has_the_rows_of_its_width_further_down(tmp_path):
    lines = text_of().splitlines()
    lines[1] = lines[1].replace(",", ";")
    lines[2:5] = [f"{line}," for line in lines[2:5]]
    lines.append("Wayne,wayne.com,Gotham,70,1939-05-01")
    records, rows = rows_of(tmp_path, "\n".join(lines))
    assert (records.header, len(rows)) == (list(HEADER), len(COMPANIES) + 1)


@pytest.mark.parametrize(
    ("above", "count", "mark", "end"),
    [
        (["hall,visitors,city,open", "7,3500,Bonn,2001-05-01"], 7, ",", ""),
        (["year,visitors,halls,a,b,c,d", "2001,3500,7,1,2,3,4"], 5, ",", ","),
        (["Exported by, Jane, S", "Members of the chamber 2024"], 5, "\t", ""),
    ],
)
def test_what_stands_above_a_table_takes_no_rows_from_it(tmp_path, above, count, mark, end):
    lines = text_of((COMPANIES * 2)[:count], HEADER if end else (), mark).splitlines()
    lines[1:] = [line + end for line in lines[1:]]
    records, rows = rows_of(tmp_path, "\n".join([*above, *lines]))
    assert (len(rows), records.rejects) == (count, [])


def test_a_header_is_found_above_rows_with_another_delimiter_than_most(tmp_path):
    lines = text_of().splitlines()
    lines[2:5] = [line.replace(",", ";") for line in lines[2:5]]
    records, rows = rows_of(tmp_path, "\n".join(lines))
    assert (records.header, rows[0], rows[2:]) == (list(HEADER), COMPANIES[0], COMPANIES[2:])


def test_a_header_with_another_delimiter_is_found_above_columns_that_say_nothing(tmp_path):
    lines = [line.replace(",", ";") for line in text_of().splitlines()]
    lines[0] = ",".join(HEADER)
    lines[3:5] = [line.replace(";", ",") for line in lines[3:5]]
    lines[5] = lines[5].replace("03-03", "03-,03")
    records, rows = rows_of(tmp_path, "\n".join(lines))
    assert (records.header, len(rows)) == (list(HEADER), len(COMPANIES))


def test_a_stray_quote_in_the_first_rows_does_not_hide_the_header_above(tmp_path):
    lines = [line.replace(",", ";") for line in text_of().splitlines()]
    lines[0] = ",".join(HEADER)
    lines[2] = lines[2].replace("co.uk", 'co."uk')
    lines[3::2] = [line.replace(";", ",") for line in lines[3::2]]
    records, rows = rows_of(tmp_path, "\n".join(lines))
    assert (records.header, len(rows)) == (list(HEADER), len(COMPANIES))


def test_a_row_whose_numbers_hold_stray_quotes_is_no_second_header(tmp_path):
    lines = text_of().splitlines()
    lines[1] = 'Acme Inc.,acme".com,Berlin,2"00,2001-"05-01'
    records, rows = rows_of(tmp_path, "\n".join(lines))
    assert (records.header_rows, len(rows)) == (1, len(COMPANIES))


def test_stray_quotes_that_pair_do_not_make_one_company_of_two(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text(
        "name,website,city,employees,founded\n"
        '"Acme Inc.,acme.com,Berlin,200,2001-05-01\n'
        '""Globex, Ltd.",globex.co.uk,London,"1,500",1999-12-31\n'
        "Muller & Sohne,mueller.de,Koln,35,1950-01-02\n"
        "Initech,initech.com,Austin,9,2015-07-07\n"
        "Umbrella plc,umbrella.com,Leeds,12000,1968-03-03\n",
        encoding="utf-8",
    )
    records = read(path)
    assert sum(table.num_rows for table in records.batches()) + len(records.rejects) == 5


@pytest.mark.parametrize("at", range(5))
@pytest.mark.parametrize("apart", [1, 3])
@pytest.mark.parametrize("count", [5, 4_000])
def test_stray_quotes_in_one_column_join_no_rows(tmp_path, at, apart, count):
    rows = [list(COMPANIES[row % 5]) for row in range(count)]
    lines = text_of(rows=rows).splitlines()
    opened, closed = [row.copy() for row in (rows[0], rows[0 + apart])]
    if "," in closed[at] + opened[at]:
        pytest.skip("the cell has quotes of its own")
    opened[at], closed[at] = '"' + opened[at], closed[at] + '"'
    lines[1], lines[1 + apart] = (
        ",".join(f'"{cell}"' if ", " in cell else cell for cell in row) for row in (opened, closed)
    )
    records, found = rows_of(tmp_path, "\n".join(lines) + "\n")
    assert len(found) + len(records.rejects) == count


@pytest.mark.parametrize("count", [6, 4_000])
@pytest.mark.parametrize("often", [1, 3])
@pytest.mark.parametrize(
    "text",
    [
        "12 Main St, Suite 4\nBerlin, Germany",
        "Makes tools, parts\nand paint, sells\nto trade, retail",
        "12 Main St,\nSuite 4,\nBerlin",
        "We build,\n\nship and run it.",
    ],
)
def test_texts_of_several_lines_stay_one_cell(tmp_path, text, often, count):
    rows = [
        (f"Firm {at}", text if at % often == 0 else "1 High St", str(7 * at)) for at in range(count)
    ]
    lines = [f'{name},"{address}",{staff}' for name, address, staff in rows]
    records, found = rows_of(tmp_path, "\n".join(["name,address,staff", *lines]))
    assert (found, records.rejects) == (rows, [])
