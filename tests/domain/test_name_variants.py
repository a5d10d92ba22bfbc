"""What is written around a company's name, and how its letters are written, is not in its key."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from abmkit.domain.arrays import strings
from abmkit.domain.data import rows
from abmkit.domain.values.names import name_key, name_keys

BRANDS = ["Zenvero", "Quaxon Brelvik", "Tovarna-Maschinenbau", "Hexdale Mining", "Grünwald & Söhne"]
FORMS = ["", " Inc", " Ltd.", " GmbH", " S.A.", ", Inc."]

NOTES = [
    " (HQ)", " (Headquarters)", " [duplicate]", " (DUPLICATE)", " - do not use", " - DO NOT USE",
    " *** DO NOT USE ***", " (old)", " - inactive", " (inactive)", " (closed 2019)", " [test]",
    " (Hauptsitz)", " (siège social)", " - ne pas utiliser", " - nicht verwenden", " (inaktiv)",
    " (no usar)", " (chiusa)", " (gesloten)", " (dubblett)", " (nedlagt)", "（总部）", " (已注销)",
    "（吊销）", "【重复】", " - duplicate of 4711", " // duplicate", " in Liquidation",
    " (in administration)", " i.L.", " i. L.", " i. Gr.", " en liquidation", " in liquidazione",
    " en liquidación", " i likvidation", " w likwidacji", " em recuperação judicial", " unipersonale",
    " - in receivership", "™", "®", " (TM)", " (R)", " ℠",
]  # fmt: skip
NOTES_BEFORE = [
    "[DUPLICATE] ", "(old) ", "DO NOT USE - ", "*INACTIVE* ", "Duplicate: ", "【已注销】", "OLD - ",
]  # fmt: skip
SUFFIXES = [
    " O.N.", " INH O.N.", " INH. O.N.", " VZO O.N.", " DL-,01", "  DL -,001", " DL 1",
    " EO -,50", " EO 1", " EO 2,50", " LS-,28125", " SF 1", " SK 1", " HD-,10", " YC 1", " H YC 1",
    " CL.A DL-,01", " A DL-,0001", " ADR", " SP.ADR", " SPONS.ADR 1", " ADR/1", " UNSP.ADR/2 O.N.",
    " Sponsored ADR", " GDR", " GDR REG S", " NVDR", " CDIs", " Class A", " CL A", " CL.B", " -A-",
    " A SHS", " ORD SHS", " Common Stock", " Common Shares", " Class B Common Stock", " NON-VTG",
    " SUB VTG", " Ordinary Shares", " American Depositary Shares", " VZO", " INH.", " - Class C",
]  # fmt: skip
AFTER_A_FORM = [
    " (UK)", " (Germany)", " - US", " [EMEA]", " COM", " ORD", " PFD", " UNITS", " WTS", " B", " ser. A",
    " SDB", " (publ)", " publ", " CDI",
]  # fmt: skip


def _keys(*names: str) -> list[str | None]:
    return name_keys(strings(names)).to_pylist()


@pytest.mark.parametrize("written", [*NOTES, *SUFFIXES])
def test_what_follows_a_name_is_not_in_its_key(written: str) -> None:
    names = [f"{brand}{form}{written}" for brand, form in product(BRANDS, FORMS)]
    keys = [name_key(brand) for brand, _ in product(BRANDS, FORMS)]
    assert _keys(*names) == _keys(*map(str.upper, names)) == keys


@pytest.mark.parametrize("written", NOTES_BEFORE)
def test_what_stands_before_a_name_is_not_in_its_key(written: str) -> None:
    names = [f"{written}{brand}{form}" for brand, form in product(BRANDS, FORMS)]
    assert _keys(*names) == [name_key(brand) for brand, _ in product(BRANDS, FORMS)]


@pytest.mark.parametrize("written", AFTER_A_FORM)
def test_what_may_be_a_word_of_a_name_goes_only_after_a_legal_form(written: str) -> None:
    names = [f"{brand}{form}{written}" for brand, form in product(BRANDS, FORMS[1:])]
    assert _keys(*names) == [name_key(brand) for brand, _ in product(BRANDS, FORMS[1:])]
    if written != " (publ)":
        assert not set(_keys(*(f"{brand}{written}" for brand in BRANDS))) & set(_keys(*BRANDS))


@pytest.mark.parametrize("written", [*NOTES, *SUFFIXES, *AFTER_A_FORM, *NOTES_BEFORE])
def test_a_name_of_nothing_else_keeps_a_key(written: str) -> None:
    assert name_key(written.strip()) not in (None, "")
    assert _keys(written.strip()) == [name_key(written.strip())]


@pytest.mark.parametrize("form", ["AG", "SE", "N.V.", "Inc", "plc", "S.p.A.", "AB", "GmbH"])
@pytest.mark.parametrize("again", ["", " ORD SHS", " ORD SH", " ORD S", " ORD", " O"])
def test_a_name_said_again_after_its_form_is_said_once(form: str, again: str) -> None:
    for brand in ("Zenvero", "Quaxon Brelvik", "Hex-Dale Mining"):
        assert _keys(f"{brand} {form} {brand}{again}".upper()) == _keys(brand)
        assert _keys(f"{brand} {form} {brand[:5]}".upper()) == _keys(brand)
    assert _keys(f"Zenvero {form} Quaxon{again}") != _keys("Zenvero")


AFTER = [
    "OÜ", "Tbk", "OOO", "UAB", "SIA", "AS", "ASA", "Oyj", "Abp", "A/S", "ApS", "d.o.o.", "s.r.o.",
    "Sp. z o.o.", "Sp. z o.o. Sp.k.", "Kft.", "Zrt.", "Nyrt.", "EOOD", "AD", "S.C.p.A.",
    "S.A.S. de C.V.", "S.A.B. de C.V.", "S. de R.L. de C.V.", "Ltda", "Ltda ME", "EIRELI", "Bhd",
    "Sdn Bhd", "PCL", "Public Company Limited", "Co., Ltd.", "株式会社", "(株)", "㈱", "주식회사", "(주)",
    "Pty", "Pty Ltd", "Pvt Ltd", "(P) Ltd", "(Pty) Ltd", "Aktiengesellschaft", "KGaA", "A.-G.",
    "GmbH & Co. KG", "SE & Co. KGaA", "UG (haftungsbeschränkt)", "Incorporated", "NV", "S.A.",
    "SpA", "SGPS S.A.", "S.A.S.", "SARL", "B.V.", "d.d.", "a.d.", "ehf.", "hf.", "K.K.", "e.K.",
    "e.V.", "SRL", "Srls", "S.L.U.", "S.A.C.", "QPSC", "BSC", "WLL", "ТОВ", "ООО", "ПАО", "АО",
    "有限公司", "股份有限公司",
]  # fmt: skip
BEFORE = [
    "PT", "SARL", "LLC", "OÜ", "OOO", "ООО", "ПАО", "АО", "ТОВ", "UAB", "EURL", "PJSC", "JSC", "OAO", "ZAO",
    "株式会社", "(株)", "㈱", "주식회사", "(주)", "Oy", "Aktiebolaget", "Société anonyme", "Công ty TNHH",
    "Kabushiki Kaisha", "Общество с ограниченной ответственностью", "Акционерное общество",
]  # fmt: skip
QUOTED = ["UAB", "SIA", "AS", "AB", "ООО", "АО", "Sp. z o.o.", "OAO", "ТОВ", "S.A."]


@pytest.mark.parametrize("form", [form for form in AFTER if form != "S.A.C."])
def test_a_legal_form_of_any_place_is_no_part_after_the_name(form: str) -> None:
    assert _keys(*(f"{brand} {form}" for brand in BRANDS)) == _keys(*BRANDS)
    assert _keys(*(f"{brand}, {form} (HQ)" for brand in BRANDS)) == _keys(*BRANDS)


@pytest.mark.parametrize("form", BEFORE)
def test_a_legal_form_before_the_name_is_no_part_of_it(form: str) -> None:
    assert _keys(*(f"{form} {brand}" for brand in BRANDS)) == _keys(*BRANDS)


@pytest.mark.parametrize("form", QUOTED)
@pytest.mark.parametrize("quotes", ['""', "«»", "„“", "“”"])
def test_a_name_in_quotes_is_what_the_quotes_hold(form: str, quotes: str) -> None:
    names = [f"{form} {quotes[0]}{brand}{quotes[1]}" for brand in BRANDS]
    assert _keys(*names) == _keys(*BRANDS)


UMLAUTS = st.lists(
    st.sampled_from(["mü", "sö", "hä", "grü", "kö", "ntz", "ler", "mann", "berg", "dt", "ß", "ck"]),
    min_size=3,
    max_size=5,
).map(lambda parts: "".join(parts) + "mann")


@given(UMLAUTS)
@example("Müller")
@example("Söhne")
@example("Huhtamäki")
def test_an_umlaut_may_be_two_letters_or_none(word: str) -> None:
    two = word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    none = word.replace("ä", "a").replace("ö", "o").replace("ü", "u")
    assert len(set(_keys(word, two, none, two.upper(), f"{two.title()} GmbH"))) == 1


@pytest.mark.parametrize(("one", "other"), [("Ørsted", "Oersted"), ("Mærsk", "Maersk")])
def test_other_letters_have_two_spellings_too(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    "word",
    ["blue", "value", "aerospace", "michael", "noel", "boeing", "queen", "fuel", "phoenix", "revenue",
     "michaels", "rafael", "samuel", "requests", "aerodrome", "microelectronics", "venues"],
)  # fmt: skip
def test_two_vowels_of_their_own_stay(word: str) -> None:
    assert _keys(word, f"{word} Zenvero GmbH") == [word, f"{word} zenvero"]


@pytest.mark.parametrize("sign", [" + ", "+", " & ", " and ", " und ", " og "])
def test_and_is_one_word(sign: str) -> None:
    assert _keys(f"Zenvero{sign}Quaxon AG") == ["zenvero and quaxon"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zenvero (China)", "Zenvero"),
        ("Zenvero (UK) Services Ltd", "Zenvero Services Ltd"),
        ("Zenvero China Ltd", "Zenvero Ltd"),
        ("Zenvero Liquidation Services", "Zenvero Services"),
        ("Zenvero - Quaxon", "Zenvero"),
        ("Zenvero Fund Series A", "Zenvero Fund Series B"),
        ("Zenvero New", "Zenvero"),
        ("Zenvero Old Bank", "Zenvero Bank"),
        ("ORD Minett", "Minett"),
        ("ADR Group", "Group"),
        ("Canal+ SA", "Canal SA"),
        ("Amazon.com Inc", "Amazon Inc"),
        ("Zenvero REIT", "Zenvero"),
        ("Zenvero Units", "Zenvero"),
        ("Zenvero B", "Zenvero A"),
        ("Blue Zenvero", "Blu Zenvero"),
        ("A. O. Smith", "Smith"),
        ("SAS Institute Inc.", "Institute Inc."),
        ("SIA Engineering Company", "Engineering Company"),
        ("Duplicate Zenvero", "Zenvero"),
        ("Headquarters Zenvero", "Zenvero"),
        ("Global Parent Services", "Global Services"),
        ("Müller - Partner", "Müller"),
        ("甲乙科技(北京)有限公司", "甲乙科技有限公司"),
    ],
)
def test_what_tells_companies_apart_stays(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)
    assert _keys(one, other) == [name_key(one), name_key(other)]


WRITTEN = [
    *BRANDS, *FORMS, *NOTES, *NOTES_BEFORE, *SUFFIXES, *AFTER_A_FORM, *AFTER, *BEFORE, " - ",
    *(row["form"] for row in rows("legal_forms.csv")[::9]),
    *(row["note"] for row in rows("name_notes.csv")[::5]),
]  # fmt: skip
PARTS = st.lists(
    st.sampled_from(WRITTEN),
    min_size=1,
    max_size=5,
).map(" ".join)


@given(st.lists(PARTS, min_size=12, max_size=24))
def test_a_key_is_its_own_key_and_that_of_its_column(names: list[str]) -> None:
    keys = _keys(*names)
    assert keys == [name_key(name) for name in names]
    assert _keys(*(key for key in keys if key)) == [key for key in keys if key]
