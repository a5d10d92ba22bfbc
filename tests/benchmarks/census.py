"""A second population of invented companies: other names, other lists, other noise.

No weight was fitted to it, but what abmkit got wrong on it was read; of its `OTHER` mix nothing
was. Names are heavy-tailed, so that thousands are called
as others of their country are (`Smith Plumbing LLC`, 老王小吃店) and most are not; registered names
are unique in a region where registers see to it. Records come from four kinds of lists, each with
its own gaps: a CRM typed by hand, a directory with phones and addresses, a register with legal
names and ids, and a fair's list of exhibitors, where Chinese companies write English. Companies
move, change their name, their number or their site; agents lend many their phone and address;
groups share a site; chains number their outlets.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import census_pools as pools
from census_pools import zipf

COLUMNS = (
    "name", "website", "phone", "address", "postal_code", "city", "region", "country", "industry",
    "uscc",
)  # fmt: skip
LISTS = {
    # name of the list: its share, and how often its records know each of COLUMNS
    "crm": (35, (1, 0.65, 0.45, 0.15, 0.15, 0.7, 0.4, 0.8, 0.3, 0)),
    "directory": (30, (1, 0.45, 0.9, 0.85, 0.8, 0.97, 0.85, 0.9, 0.9, 0.3)),
    "register": (20, (1, 0.03, 0.2, 0.95, 0.9, 0.97, 0.9, 1, 0.6, 0.95)),
    "fair": (15, (1, 0.75, 0.3, 0.1, 0.05, 0.4, 0.1, 0.95, 0.5, 0)),
}


@dataclass(frozen=True)
class Mix:
    """How often what happens in a population, and how its records are spread over `LISTS`."""

    shares: tuple[float, ...] = tuple(share for share, _ in LISTS.values())
    chinese: float = 0.45
    shops: float = 0.12
    agents: float = 0.04
    groups: float = 0.05
    chains: float = 0.02
    moved: float = 0.05
    renamed: float = 0.03
    new_number: float = 0.1
    new_site: float = 0.04
    slips: float = 0.0
    """Besides those of the lists, in any name."""
    gaps: float = 0.0
    """How much less often than in `LISTS` a field is known."""
    more: tuple[float, ...] = (0.62, 0.22, 0.09, 0.04, 0.02, 0.01)
    """Further records of a company that has some: 1, 2, 3, 4 …"""


USUAL = Mix()
OTHER = Mix(
    shares=(25, 20, 15, 40), chinese=0.3, shops=0.2, agents=0.07, groups=0.08, chains=0.04,
    moved=0.1, renamed=0.02, new_number=0.18, new_site=0.08, slips=0.06, gaps=0.1,
    more=(0.5, 0.3, 0.2),
)  # fmt: skip
"""Nobody has looked at what is found among these, or missed."""


@dataclass(slots=True, frozen=True)
class Company:
    """A company as it is."""

    number: int
    family: int
    relation: str
    chinese: bool
    own: str  # what is its own in its name
    trade: str
    end: str  # an outlet's or a branch's own part
    form: str
    place: str  # Chinese: what the name begins with
    english: str  # Chinese: the name in English
    country: str
    city: tuple[str, ...]
    address: str
    postal: str
    phone: str
    site: str
    industry: str
    uscc: str

    @property
    def name(self) -> str:
        if self.chinese:
            return f"{self.place}{self.own}{self.trade}{self.form}{self.end}"
        return " ".join(filter(None, (self.own, self.trade, self.end)))


class Census:
    """Makes companies with one source of chance."""

    def __init__(self, chance: random.Random, mix: Mix = USUAL) -> None:
        self.chance, self.mix = chance, mix
        self.surnames = zipf(pools.SURNAMES, 0.7, 8)
        self.surnames_of = {c: zipf(n.split(), 0.7, 5) for c, n in pools.SURNAMES_OF.items()}
        self.rare_surnames = zipf(pools.COINED_SURNAMES, 0.5, 50)
        self.virtues, self.trades = zipf(pools.VIRTUES, 0.6, 4), zipf(pools.TRADES, 0.7, 3)
        self.trades_of = {c: zipf(t.split("|"), 0.7, 3) for c, t in pools.TRADES_OF.items()}
        self.countries = zipf(pools.COUNTRIES, 0)[0], _cumulated(pools.COUNTRIES.values())
        self.cities = {
            c: zipf([tuple(e.strip().split("|")) for e in t.replace("\n", ";").split(";")], 0.8, 2)
            for c, t in pools.CITIES.items()
        }
        self.cities_cn = zipf([tuple(e.split()) for e in pools.CITIES_CN], 0.7, 3)
        self.signs = zipf([(e[0], e[1:]) for e in pools.SIGNS], 0.6, 6)
        self.trades_cn = zipf([tuple(e.split("|")) for e in pools.TRADES_CN], 0.6, 3)
        self.shops, self.marks = zipf(pools.SHOPS, 0.6, 3), zipf(pools.SHOP_MARKS, 0.6, 3)
        self.registered: set[str] = set()
        self.sites: set[str] = set()
        self.agents: list[tuple[Any, ...]] = []
        self.some: list[Company] = []

    def _of(self, weighted: tuple[list[Any], list[float]]) -> Any:
        return self.chance.choices(weighted[0], cum_weights=weighted[1])[0]

    def company(self, number: int) -> Company:
        """The next company."""
        draw = self.chance.random()
        if len(self.some) > 50 and draw < self.mix.groups + self.mix.chains:
            base = self.some[int(self.chance.random() ** 1.5 * len(self.some))]
            made = self._kin(number, base) if draw < self.mix.groups else self._outlet(number, base)
        elif self.chance.random() < self.mix.chinese:
            made = self._chinese(number)
        else:
            made = self._western(number)
        if len(self.some) < 30_000:
            self.some.append(made)
        elif self.chance.random() < 0.1:
            self.some[int(self.chance.random() * len(self.some))] = made
        return made

    # Names ---------------------------------------------------------------------------------------

    def _western(self, number: int) -> Company:
        chance = self.chance
        country = self._of(self.countries)
        city = self._of(self.cities[country])
        trade = self._of(self.trades_of.get(country, self.trades))
        if country in self.trades_of and chance.random() < 0.25:
            trade = self._of(self.trades)
        own, form = self._own(country, city), chance.choice(pools.FORMS[country])
        if own[1] and chance.random() < 0.3:
            trade = ""
        words = f"{own[0]} {trade}".strip()
        # A register turns away what is there already; traders without one do as they like.
        place = own[2] or (bool(form) and chance.random() < 0.6)
        while place and f"{words}@{city[1]}" in self.registered:
            words = f"{words} {chance.choice(_MORE)}"
        self.registered.add(f"{words}@{city[1]}")
        own_words = words[: len(words) - len(trade)].strip() if words.endswith(trade) else words
        trade = trade if words.endswith(trade) else ""
        made = Company(
            number, number, "", False, own_words, trade, "", form, "", "", country, city, "", "",
            "", "", chance.choice(pools.SECTORS), "",
        )  # fmt: skip
        return self._settled(made, 0.6 if own[1] else 0.5)

    def _own(self, country: str, city: tuple[str, ...]) -> tuple[str, bool, bool]:
        """Own words, whether they are enough without a trade, and whether they are a place."""
        chance, draw = self.chance, self.chance.random()
        if draw < 0.3:
            common = self.surnames_of.get(country, self.surnames)
            one, other = (
                self._of(common if chance.random() < 0.45 else self.rare_surnames) for _ in range(2)
            )
            kind = chance.random()
            if kind < 0.5:
                return one, False, False
            if kind < 0.62:
                return f"{one} & Sons", False, False
            if kind < 0.8:
                return f"{one} & {other}", True, False
            if kind < 0.9:
                return f"{chance.choice(pools.GIVEN)}'s", False, False
            return f"{chance.choice(pools.GIVEN)} {one}", False, False
        if draw < 0.42:
            return city[0], False, True
        if draw < 0.6:
            return self._of(self.virtues), False, False
        if draw < 0.67:
            return (
                "".join(chance.choices("ABCDEFGJKLMNPRST", k=chance.choice((2, 3, 3)))),
                False,
                False,
            )
        mids = "".join(chance.choices(pools.MIDS, k=chance.choice((0, 1, 1, 2))))
        word = f"{chance.choice(pools.HEADS)}{mids}{chance.choice(pools.TAILS)}"
        return word.capitalize(), True, False

    def _brand(self, most: int = 3) -> tuple[str, str]:
        signs = [self._of(self.signs) for _ in range(self.chance.choice((2, 2, 2, most)))]
        return "".join(s for s, _ in signs), "".join(p for _, p in signs).capitalize()

    def _chinese(self, number: int) -> Company:
        chance = self.chance
        city = self._of(self.cities_cn)
        district = chance.choice(city[5].split(","))
        if chance.random() < self.mix.shops:
            place = chance.choice((district, f"{city[0]}市{district}", ""))
            own, trade, english, form = self._of(self.marks), self._of(self.shops), "", ""
        else:
            place = chance.choice((city[0] + "市", city[0] + "市", city[0], city[1], district, ""))
            form, (trade, abroad) = chance.choice(pools.FORMS_CN), self._of(self.trades_cn)
            own, spelled = self._brand()
            while f"{place or city[0]}{own}{trade}" in self.registered:
                own, spelled = self._brand(4)
            self.registered.add(f"{place or city[0]}{own}{trade}")
            english = f"{city[2]} {spelled} {abroad} Co., Ltd."
            if not place or chance.random() < 0.3:
                english = f"{spelled} {abroad} Co., Ltd."
        made = Company(
            number, number, "", True, own, trade, "", form, place, english, "CN", city, "", "", "",
            "", chance.choice(pools.SECTORS_CN), _uscc(chance) if form else "",
        )  # fmt: skip
        return self._settled(made, 0.5 if form else 0.03)

    # Places, phones, sites -----------------------------------------------------------------------

    def _settled(self, made: Company, has_site: float) -> Company:
        chance = self.chance
        address, postal = self._address(made)
        phone = self._phone(made) if chance.random() < 0.88 else ""
        if chance.random() < self.mix.agents:
            key = made.country, made.city
            agents = [each for each in self.agents[-400:] if each[0] == key]
            if not agents or chance.random() < 0.08:
                self.agents.append((key, address, postal, self._phone(made)))
            else:
                _, address, postal, phone = agents[int(chance.random() ** 2 * len(agents))]
        site = made.site or (self._site(made) if chance.random() < has_site else "")
        return replace(made, address=address, postal=postal, phone=made.phone or phone, site=site)

    def _address(self, made: Company) -> tuple[str, str]:
        chance, city = self.chance, made.city
        if made.chinese:
            district = chance.choice(city[5].split(","))
            road = f"{chance.choice(pools.ROADS_CN)}{chance.randrange(1, 600)}号"
            more = (
                f"{chance.randrange(1, 9)}栋{chance.randrange(101, 2900)}室"
                if chance.random() < 0.4
                else ""
            )
            return (
                f"{city[1]}省{city[0]}市{district}{road}{more}",
                f"{city[4]}{chance.randrange(40) * 10:03d}",
            )
        number, country = chance.randrange(1, 400), made.country
        street = chance.choice(pools.STREETS.get(country, pools.STREETS["US"]))
        if country == "DE":
            return f"{street} {number % 120 + 1}", f"{city[3]}{chance.randrange(100, 300)}"
        if country in ("FR", "ES"):
            return (
                f"{number} {street}" if country == "FR" else f"{street}, {number}",
                f"{city[3]}{chance.randrange(30) * 10:03d}",
            )
        end = chance.choice(("St", "Ave", "Rd", "Dr", "Ln"))
        address = f"{number * 11} {street} {end}"
        if chance.random() < 0.25:
            address += f" Ste {chance.randrange(100, 400)}"
        if country == "US":
            return address, f"{city[3]}{chance.randrange(60):02d}"
        if country == "AU":
            return address, f"{city[3]}{chance.randrange(10)}"
        letters = "ABDEFGHJLNPQRSTUWXYZ"
        end = f"{chance.randrange(1, 9)}{chance.choice(letters)}{chance.choice(letters)}"
        return (
            address,
            f"{city[3]}{chance.randrange(1, 30) if country == 'GB' else chance.choice(letters)} {end}",
        )

    def _phone(self, made: Company) -> str:
        chance, code = self.chance, made.city[3] if made.chinese else made.city[2]
        if made.chinese:
            if chance.random() < 0.45:
                return f"+86 1{chance.choice('35789')}{chance.randrange(10**8, 10**9)}"
            eight = code in ("20", "28", "27", "29", "571", "371", "25")
            return f"+86 {code} {chance.randrange(2, 9)}{chance.randrange(10**6, 10**7) if eight else chance.randrange(10**5, 10**6)}"
        prefix = {
            "US": "1",
            "CA": "1",
            "GB": "44",
            "DE": "49",
            "FR": "33",
            "ES": "34",
            "AU": "61",
            "IE": "353",
        }
        length = {
            "US": 7,
            "CA": 7,
            "FR": 6 if len(code) > 1 else 8,
            "ES": 9 - len(code),
            "AU": 8,
            "IE": 7,
        }
        size = length.get(made.country, 10 - len(code) if made.country == "GB" else 7)
        first = chance.choice("23456789")
        return f"+{prefix[made.country]} {code} {first}{chance.randrange(10 ** (size - 1)):0{size - 1}d}"

    def _site(self, made: Company) -> str:
        chance = self.chance
        if made.chinese:
            words = made.english.split(" Co.")[0].split(" ")
            stem = _ascii(words[-2 if len(words) > 2 and chance.random() < 0.1 else 0])
            stem = (
                stem if chance.random() < 0.5 else "".join(chance.choices("abcdghjklmnstwxyz", k=4))
            )
            stem += chance.choice(("", "", "gs", "888", "jt", "mall", "china"))
        else:
            words = [_ascii(word) for word in made.name.replace("&", "and").split()]
            stem = "".join(words[: chance.choice((1, 2, 2, 3, 3))])[:28]
        stem, tlds = stem or "site", pools.TLDS[made.country]
        site = f"{stem}.{chance.choice(tlds)}"
        while site in self.sites:
            more = (
                _ascii(made.city[2] if made.chinese else made.city[0]),
                chance.choice(_SITE_ENDS),
                str(chance.randrange(100)),
            )
            stem += chance.choice(more)
            site = f"{stem}.{chance.choice(tlds)}"
        self.sites.add(site)
        return site

    # Groups and chains ---------------------------------------------------------------------------

    def _kin(self, number: int, base: Company) -> Company:
        """Another company of a group."""
        chance = self.chance
        made = replace(base, number=number, relation="group", end="", phone="", site="")
        if chance.random() < 0.3:
            made = replace(made, phone=base.phone)
        if chance.random() < 0.25:
            made = replace(made, site=base.site)
        if base.chinese:
            city = self._of(self.cities_cn)
            trade, abroad = self._of(self.trades_cn)
            form = chance.choice(pools.FORMS_CN)
            if chance.random() < 0.3:
                trade, form, made = (
                    base.trade,
                    base.form or form,
                    replace(made, end=city[0] + "分公司"),
                )
            else:
                made = replace(made, place=city[0] + "市")
            spelled = base.english.split(" Co.")[0].split(" ")[:2]
            english = f"{' '.join(spelled)} {abroad} Co., Ltd." if base.english else ""
            made = replace(
                made, city=city, trade=trade, form=form, english=english, uscc=_uscc(chance)
            )
        else:
            city = self._of(self.cities[base.country])
            trade = self._of(self.trades_of.get(base.country, self.trades))
            end = chance.choice(
                ("", "Holdings", "Properties", "Group", f"of {city[0]}", "Services", city[1])
            )
            made = replace(
                made, city=city, trade=trade if trade != base.trade else "Ventures", end=end
            )
        return self._settled(made, 0.4)

    def _outlet(self, number: int, base: Company) -> Company:
        """An outlet of a chain, of those that were used last."""
        chance = self.chance
        cities = self.cities_cn if base.chinese else self.cities[base.country]
        city = self._of(cities)
        if base.chinese:
            end = (
                f"（{chance.choice(pools.ROADS_CN)}店）"
                if chance.random() < 0.7
                else f"{city[0]}{chance.randrange(1, 40)}店"
            )
            made = replace(base, place="", form="", end=end, english="", uscc="")
        else:
            end = chance.choice((f"#{chance.randrange(1, 900)}", f"- {city[0]}", f"{city[0]}"))
            made = replace(base, end=end)
        made = replace(made, number=number, relation="chain", city=city, phone="", site="")
        if chance.random() < 0.1:
            made = replace(made, site=base.site)
        return self._settled(made, 0.05)

    # What becomes of a company -------------------------------------------------------------------

    def later(self, made: Company) -> tuple[Company, list[str]]:
        """The company as a later list has it, and what changed."""
        chance, changed = self.chance, []
        if chance.random() < self.mix.moved:
            changed.append("moved")
            cities = self.cities_cn if made.chinese else self.cities[made.country]
            if chance.random() < 0.4:
                made = replace(made, city=self._of(cities))
            address, postal = self._address(made)
            made = replace(made, address=address, postal=postal)
        if chance.random() < self.mix.renamed:
            changed.append("renamed")
            if made.chinese:
                own, spelled = self._brand()
                made = replace(
                    made, own=own, english=f"{spelled} Co., Ltd." if made.english else ""
                )
            elif chance.random() < 0.5:
                made = replace(made, own=self._own(made.country, made.city)[0])
            else:
                made = replace(made, trade=self._of(self.trades))
        if made.phone and chance.random() < self.mix.new_number:
            changed.append("number")
            made = replace(made, phone=self._phone(made))
        if made.site and chance.random() < self.mix.new_site:
            changed.append("site")
            made = replace(made, site=self._site(made))
        return made, changed


_MORE = (
    "Pros",
    "Company",
    "Group",
    "Plus",
    "Experts",
    "Center",
    "One",
    "Partners",
    "Works",
    "Co-op",
)
_SITE_ENDS = ("inc", "llc", "usa", "pro", "now", "hq", "s", "shop", "site", "team")


def _cumulated(weights: Any) -> list[float]:
    total, sums = 0.0, []
    for weight in weights:
        total += weight
        sums.append(total)
    return sums


def _ascii(word: str) -> str:
    plain = (
        unicodedata.normalize("NFKD", word.replace("ß", "ss")).encode("ascii", "ignore").decode()
    )
    return "".join(sign for sign in plain.lower() if sign.isalnum())


_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _uscc(chance: random.Random) -> str:
    """A unified social credit code with its two check signs (GB 32100, GB 11714)."""
    area = chance.choice(("110105", "310115", "440106", "330106", "510104", "420106", "370102"))
    own = "MA" + "".join(chance.choices(_USCC, k=6))
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    order = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    check = -sum(order.index(s) * w for s, w in zip(own, weights, strict=True)) % 11
    plain = f"91{area}{own}{'X' if check == 10 else check}"
    total = sum(_USCC.index(sign) * 3**place % 31 for place, sign in enumerate(plain))
    return plain + _USCC[-total % 31]


# Records -----------------------------------------------------------------------------------------

_LISTS = list(LISTS)
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ü": "Ue", "Ä": "Ae", "Ö": "Oe"}
)
_SPLIT = {
    "Plumbing": "Plumbing and Heating",
    "Law Firm": "Law Office",
    "Dental Care": "Dental",
    "Homes": "Home Builders",
}
_HOMOPHONES = {
    "鑫": "新", "盛": "胜", "恒": "衡", "瑞": "锐", "丰": "峰", "源": "元", "兴": "星", "宏": "弘", "诚": "成", "信": "欣",
    "德": "得", "旺": "望", "福": "富", "晟": "盛", "凯": "恺", "祥": "翔", "佳": "家", "锦": "金", "辉": "晖", "亿": "易",
    "康": "慷", "智": "致", "悦": "越", "铭": "明", "轩": "宣", "航": "行", "启": "起", "思": "斯", "维": "唯", "颐": "怡",
}  # fmt: skip


def _slip(text: str, chance: random.Random) -> str:
    """A slip of the pen: a letter left out, doubled, turned round or mistaken."""
    places = [at for at, sign in enumerate(text) if sign.isalpha()][1:]
    if len(places) < 4:
        return text
    at = chance.choice(places)
    kind = chance.randrange(4)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    if kind == 2 and at + 1 < len(text):
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + chance.choice("aeiourstln") + text[at + 1 :]


def _western_name(made: Company, of: str, chance: random.Random) -> tuple[str, list[str]]:
    own, trade, end, form, noise = made.own, made.trade, made.end, made.form, []
    draw = chance.random
    if of == "register":
        name = f"{made.name} {form}".strip()
        return (name.upper() if draw() < 0.6 else name), []
    if draw() < {"crm": 0.5, "directory": 0.65, "fair": 0.35}[of]:
        form = ""
        noise.append("no form")
    elif form and draw() < 0.3:
        form = chance.choice(pools.FORM_VARIANTS.get(form, [form]))
    if of == "crm" and draw() < 0.08 and trade and len(own) > 5:
        trade, noise = "", [*noise, "no trade"]
    elif trade in _SPLIT and draw() < 0.15:
        trade, noise = _SPLIT[trade], [*noise, "trade otherwise"]
    words = " ".join(filter(None, (own, trade, end))).split(" ")
    if of != "fair" and draw() < 0.15:
        short = [chance.choice(pools.SHORT[w]) if w in pools.SHORT else w for w in words]
        noise += ["short"] if short != words else []
        words = short
    name = " ".join(words)
    if draw() < (0.08 if of == "crm" else 0.02):
        name, noise = _slip(name, chance), [*noise, "slip"]
    if draw() < 0.3:
        name = (
            name.translate(_UMLAUTS) if draw() < 0.5 else name.replace("é", "e").replace("í", "i")
        )
    if "&" in name and draw() < 0.4:
        name = name.replace("&", chance.choice(("and", "+", "n")))
    if "'s" in name and draw() < 0.5:
        name = name.replace("'s", chance.choice(("s", "’s", "")))
    if of == "crm" and draw() < 0.05:
        name, noise = f"The {name}", [*noise, "the"]
    if of == "directory" and draw() < 0.06:
        name, noise = (
            f"{name} {chance.choice(('-', '|', 'of'))} {made.city[0]}",
            [*noise, "city added"],
        )
    name = f"{name}{chance.choice((' ', ', '))}{form}" if form else name
    return (chance.choice((name.lower(), name.upper())) if draw() < 0.1 else name), noise


def _chinese_name(made: Company, of: str, chance: random.Random) -> tuple[str, list[str]]:
    draw = chance.random
    if of == "register":
        return made.name, []
    if made.english and draw() < {"crm": 0.08, "directory": 0.02, "fair": 0.4}[of]:
        name = made.english
        if draw() < 0.3:
            name = name.replace(
                "Co., Ltd.", chance.choice(("Co.,Ltd", "Limited", "Company Limited", ""))
            )
        return name.strip(), ["english"]
    place, own, trade, form, noise = made.place, made.own, made.trade, made.form, []
    if draw() < 0.3 and place:
        place, noise = chance.choice((("", "no place"), (made.city[0], "other place")))
        noise = [noise]
    if form and draw() < {"crm": 0.5, "directory": 0.25, "fair": 0.3}[of]:
        form, noise = chance.choice(("", "公司", "")), [*noise, "no form"]
    if of == "crm" and form == "" and draw() < 0.15 and made.form:
        trade, noise = trade[:2], [*noise, "short"]
    if draw() < 0.04:
        signs = [at for at, sign in enumerate(own) if sign in _HOMOPHONES]
        if signs:
            at = chance.choice(signs)
            own, noise = own[:at] + _HOMOPHONES[own[at]] + own[at + 1 :], [*noise, "homophone"]
    if place and made.form and draw() < 0.1:
        return f"{own}（{place.removesuffix('市')}）{trade}{form}{made.end}", [*noise, "brackets"]
    return f"{place}{own}{trade}{form}{made.end}", noise


def _typed_phone(number: str, chance: random.Random) -> str:
    code, *rest = number.split(" ")
    kind = chance.randrange(5)
    if kind == 0:
        return "".join(rest) if code == "+86" and len(rest) == 1 else number
    if kind == 1:
        return f"{code}-{'-'.join(rest)}"
    if kind == 2:
        return f"{code}{''.join(rest)}"
    return f"{code} ({rest[0]}) {rest[1]}" if len(rest) > 1 else number


def _typed_site(site: str, chance: random.Random) -> str:
    kind = chance.randrange(5)
    if kind == 0:
        return site
    if kind == 1:
        return f"http://{site}/"
    return f"https://www.{site}{chance.choice(('', '/', '/contact', '/zh-cn/', '/?ref=dir'))}"


def record(made: Company, chance: random.Random, mix: Mix = USUAL) -> tuple[list[str], str]:
    """One record of a company (the fields of `COLUMNS`), and its noise."""
    of = chance.choices(_LISTS, mix.shares)[0]
    writer: Callable[[Company, str, random.Random], tuple[str, list[str]]] = (
        _chinese_name if made.chinese else _western_name
    )
    name, noise = writer(made, of, chance)
    if mix.slips and chance.random() < mix.slips:
        name, noise = _slip(name, chance), [*noise, "slip"]
    city, region = made.city[0], made.city[1]
    if made.chinese:
        city = chance.choice(
            (city, city + "市", city + "市", made.city[2] if of == "fair" else city)
        )
        region += (
            ""
            if chance.random() < 0.4
            else ("省" if region not in ("广西", "新疆", "内蒙古") else "")
        )
    elif city in pools.CITY_VARIANTS and chance.random() < 0.15:
        city = chance.choice(pools.CITY_VARIANTS[city])
    address, country = made.address, made.country
    if chance.random() < 0.35:
        address = address.split(" Ste ")[0].replace(" St", " Street").replace(" Ave", " Avenue")
        address = address.partition("号")[0] + "号" if made.chinese else address
    if of != "register":
        country = chance.choice(pools.COUNTRY_SPELLINGS[country])
    values = [
        name, made.site and _typed_site(made.site, chance), made.phone and _typed_phone(made.phone, chance),
        address, made.postal, city, region, country, made.industry, made.uscc,
    ]  # fmt: skip
    known = LISTS[of][1]
    values = [
        v if k == 1 or chance.random() < k * (1 - mix.gaps) else ""
        for v, k in zip(values, known, strict=True)
    ]
    return values, f"{of}+{'+'.join(noise)}" if noise else of
