"""Text of which some rows are in another encoding, or went through a wrong one before."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abmkit.io.reading import Records, read
from abmkit.io.text.dialects.mojibake import mended

LATIN = [
    "Jäger GmbH", "Peña SA", "Société Générale", "Åkerströms Björbo AB", "Straßenbau Köln",
    "São Paulo Indústria", "Müller’s – Feinkost", "Café ‘Zoé’", "L’Oréal", "Ørsted A/S", "Señor Ñandú",
    "Æther ApS", "Crème brûlée", "Ünal Çelik", "Naïve & Cœur", "QUALITÉ™", "Marché»", "SOCIÉTÉ®",
    "Àngels", "Ítaca", "10 €", "£5 Shop", "IRMÃO", "SÃO JOÃO", "AÇÃO", "Grupo Éxito", "GARÇON",
]  # fmt: skip
CHINESE = [
    "北京泽维罗科技有限公司", "上海食品集团股份有限公司", "深圳市云行网络", "广州贸易实业发展", "杭州电子信息",
    "云杉食品", "雪松控股集团有限责任公司", "华为技术", "比亚迪股份", "新希望集团有限公司",
]  # fmt: skip
TAIWANESE = ["臺北電子股份有限公司", "高雄貿易實業", "新竹資訊科技", "鴻海精密工業", "統一企業"]
CENTRAL = [
    "Škoda Auto",
    "Łódź Przemysł",
    "Nagykőrösi Konzervgyár",
    "Příbram služby",
    "Čapek",
    "Żabka",
]


def read_bytes(folder: Path, data: bytes) -> tuple[Records, list[str]]:
    (folder / "x.csv").write_bytes(data)
    records = read(folder / "x.csv")
    names = [name for table in records.batches() for name in table.column("name").to_pylist()]
    return records, names


def doubled(text: str, codec: str = "cp1252") -> str:
    """A text in UTF-8 read as another encoding, byte for byte where that has no letter."""
    letters = (bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in text.encode())
    return "".join(letters)


@settings(max_examples=30)
@given(data=st.data())
@pytest.mark.parametrize(
    ("names", "codec"),
    [(LATIN, "cp1252"), (CHINESE, "gb18030"), (TAIWANESE, "cp950"), (CENTRAL, "cp1250")],
)
def test_rows_in_utf8_are_read_as_such_however_few_they_are(
    tmp_path_factory: pytest.TempPathFactory,
    names: list[str],
    codec: str,
    data: st.DataObject,
) -> None:
    several = st.lists(st.sampled_from(names), min_size=1, max_size=12)
    others = names + data.draw(st.lists(st.sampled_from(names), max_size=60), "others")
    modern = data.draw(several, "modern")
    lines = [(f"{name} {at}", codec) for at, name in enumerate(others)]
    lines += [(f"{name} {at}", "utf-8") for at, name in enumerate(modern)]
    order = data.draw(st.permutations(lines), "order")
    body = b"".join(f"{name},{at}\n".encode(used) for at, (name, used) in enumerate(order))
    records, found = read_bytes(tmp_path_factory.mktemp("mixed"), b"name,number\n" + body)
    assert found == [name for name, _ in order]
    assert records.repaired["in another encoding"] > 0


def test_two_encodings_within_a_row_are_told_apart(tmp_path: Path) -> None:
    row = "Jäger,".encode("cp1252") + "Köln,".encode() + "Café\n".encode("cp1252")
    (tmp_path / "x.csv").write_bytes(b"name,city,shop\n" + row * 3)
    assert read(tmp_path / "x.csv").table().to_pylist()[0] == {
        "name": "Jäger",
        "city": "Köln",
        "shop": "Café",
    }


def test_rows_in_utf8_far_down_a_long_file_are_found(tmp_path: Path) -> None:
    body = "Peña SA\n".encode("cp1252") * 400_000
    _, names = read_bytes(tmp_path, b"name\n" + body + "Jäger\n".encode() + body)
    assert (len(names), names[400_000], set(names)) == (800_001, "Jäger", {"Peña SA", "Jäger"})


@pytest.mark.parametrize("name", [*LATIN, *CENTRAL, *CHINESE])
def test_what_was_encoded_twice_is_decoded_and_told(tmp_path: Path, name: str) -> None:
    if name.isascii() or name.rstrip("»™®") != name:
        return
    data = f"name,city\n{doubled(name)},Rome\nBolt,Köln\n".encode()
    records, names = read_bytes(tmp_path, data)
    assert names == [name, "Bolt"]
    assert dict(records.repaired) == {"text that was encoded twice": 1}
    assert mended(doubled(name, "latin-1"))[0] == name
    assert mended(doubled(doubled(name)))[0] == name


@pytest.mark.parametrize("name", [*LATIN, *CENTRAL, *CHINESE, *TAIWANESE, "Ä™", "AMANHÃ”", "Čž"])
def test_what_was_encoded_once_stays(name: str) -> None:
    assert mended(name) == (name, None)


def test_a_whole_file_encoded_twice_has_its_header_again(tmp_path: Path) -> None:
    text = "企业名称,城市\n" + "".join(f"{name},北京\n" for name in CHINESE)
    (tmp_path / "x.csv").write_bytes(doubled(text).encode())
    records = read(tmp_path / "x.csv")
    assert records.header == ["企业名称", "城市"]
    assert records.table().column(0).to_pylist() == CHINESE


def test_control_characters_in_place_of_punctuation_are_punctuation(tmp_path: Path) -> None:
    for encoding in ("utf-8", "utf-16"):
        data = "name,city\nMoth\x92s Ltd \x96 UK,Leeds\nBolt,York\n".encode(encoding)
        records, names = read_bytes(tmp_path, data)
        assert names == ["Moth’s Ltd – UK", "Bolt"]
        assert dict(records.repaired) == {"control characters that were punctuation": 1}
