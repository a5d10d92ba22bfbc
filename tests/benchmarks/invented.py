# ruff: noqa: SIM905
"""Invented companies with realistic names, many of them hard to tell apart.

A company is alone, or one of a family of *different* companies with similar names: another trade
under the same first word, the same name in another country or city, a numbered series (`Trust II`),
a branch or a franchise.
"""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass, field

from pools import (
    ABROAD,
    AREA_CODES,
    COMMON,
    COUNTRY_SHARES,
    DIALLING,
    FORMS,
    HAN_FORMS,
    INDUSTRIES_ABROAD,
    LOCAL_TRADES,
    ROADS,
    STREETS,
    SYLLABLES,
    TLDS,
    Pools,
)

# What share of the companies is a different one of an earlier company's family, by kind.
RELATIONS = {
    "other trade": 0.06,
    "other country or city": 0.025,
    "series": 0.015,
    "branch": 0.025,
    "franchise": 0.01,
    "same name elsewhere": 0.008,
}
CHINESE_SHARE = 0.4
HAS_SITE, HAS_PHONE = 0.75, 0.85
NUMERALS = "I II III IV V VI VII VIII IX X".split()
HAN_DIGITS = "一二三四五六七八九十"


@dataclass(slots=True)
class Company:
    """One company, as it is; records of it know a part."""

    number: int
    family: int
    relation: str
    chinese: bool
    words: tuple[str, ...]  # English: first words, trade words; Chinese: place, core, trade
    trade_words: int  # how many of the words are the trade
    form: str
    country: str
    city: str
    region: str
    address: str
    industry: str
    host: str
    phone: str
    employees: int
    suffix: str = ""  # a branch's or a series' own part
    inner: bool = False  # Chinese: the place stands in brackets after the trade
    spelled: str = field(default="")  # the city in the other script


class Maker:
    """Makes companies from the pools with one source of chance."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.pools = Pools()
        self.heads, self.tails = self.pools.marks
        self.hosts: set[str] = set()
        self.recent: list[Company] = []
        self.last_of_family: dict[int, int] = {}
        self.relations = list(RELATIONS)
        self.bounds = []
        total = 0.0
        for share in RELATIONS.values():
            total += share
            self.bounds.append(total)
        self.countries = list(COUNTRY_SHARES)
        self.country_weights = [sum(list(COUNTRY_SHARES.values())[: i + 1]) for i in range(10)]

    def company(self, number: int) -> Company:
        """The next company: alone, or one that is easily mistaken for an earlier one."""
        draw = self.chance.random()
        if self.recent and draw < self.bounds[-1]:
            base = self.recent[int(self.chance.random() * len(self.recent))]
            relation = next(r for r, b in zip(self.relations, self.bounds, strict=True) if draw < b)
            if base.chinese and relation == "same name elsewhere":
                relation = (
                    "other country or city"  # a Chinese name with its place is registered once
                )
            if base.relation in ("", relation):
                return self._relative(number, base, relation)
        made = self._alone(number)
        if len(self.recent) < 20_000:
            self.recent.append(made)
        elif self.chance.random() < 0.2:
            self.recent[int(self.chance.random() * len(self.recent))] = made
        return made

    def _alone(self, number: int) -> Company:
        chance = self.chance
        chinese = chance.random() < CHINESE_SHARE
        if chinese:
            words, trade_words = self._han_words(), 1
            country, form = "CN", chance.choice(HAN_FORMS)
        else:
            country = chance.choices(self.countries, cum_weights=self.country_weights)[0]
            words, trade_words = self._words(country)
            form = chance.choice(FORMS[country])
        made = Company(
            number, number, "", chinese, words, trade_words, form, country,
            "", "", "", "", "", "", int(chance.lognormvariate(3.8, 1.7)) + 1,
        )  # fmt: skip
        self._settle(made)
        if chinese:
            made.inner = chance.random() < 0.12
            made.industry = chance.choice(self.pools.han_industries)
        else:
            made.industry = chance.choice(
                self.pools.sectors if country == "US" else INDUSTRIES_ABROAD
            )
        made.host = self._host(made)
        return made

    def _words(self, country: str) -> tuple[tuple[str, ...], int]:
        chance, pools = self.chance, self.pools
        draw = chance.random()
        if draw < 0.06:
            return (self._first(),), 0
        if country in LOCAL_TRADES and chance.random() < 0.4:
            trade = (chance.choice(LOCAL_TRADES[country].split()),)
        else:
            phrase = chance.choices(pools.trades.values, cum_weights=pools.trades.cumulated)[0]
            trade = tuple(phrase.split())
        if draw < 0.45:
            own: tuple[str, ...] = (self._first(),)
        elif draw < 0.6:
            own = (self._first(), self._first())
        elif draw < 0.72:
            own = (chance.choice(pools.surnames), "&", chance.choice(pools.surnames))
        elif draw < 0.8:
            initials = chance.choice("ABCDEFGHJKLMPRSTW"), chance.choice("ABCDEFGHJLMOPRTW")
            own = (f"{initials[0]}.", f"{initials[1]}.", chance.choice(pools.surnames))
        elif draw < 0.9:
            own = (chance.choice(COMMON), self._first())
        elif draw < 0.95:
            own = (chance.choice(pools.cities)[0], chance.choice(COMMON))
        else:
            own = (chance.choice(COMMON), chance.choice(COMMON))
        return own + trade, len(trade)

    def _first(self) -> str:
        chance, firsts = self.chance, self.pools.firsts
        if chance.random() < 0.35:
            return chance.choices(firsts.values, cum_weights=firsts.cumulated)[0]
        while True:
            word = chance.choice(self.heads) + chance.choice(self.tails)
            if 5 <= len(word) <= 11:
                return word

    def _han_words(self) -> tuple[str, ...]:
        chance, cores = self.chance, self.pools.cores
        core = chance.choice(cores)
        if chance.random() < 0.75:
            core = core[0] + chance.choice(cores)[1:]
            if len(core) == 2 and chance.random() < 0.35:
                core += chance.choice(cores)[-1]
        return "", core, chance.choice(self.pools.han_trades)

    def _settle(self, made: Company) -> None:
        """Gives a place, an address and a phone."""
        chance = self.chance
        if made.chinese:
            city, province, dial, pinyin, districts, _ = chance.choice(self.pools.china)
            made.city, made.region, made.spelled = city, province, pinyin
            place = (
                city if chance.random() < 0.7 else (province if province != city else city + "市")
            )
            if chance.random() < 0.25 and place == city:
                place = city + "市"
            made.words = ("" if chance.random() < 0.07 else place, *made.words[1:])
            made.address = (
                f"{city}市{chance.choice(districts.split())}{chance.choice(ROADS)}"
                f"{chance.randrange(1, 900)}号"
            )
            number = (
                f"+86 1{chance.choice('3578')}{chance.randrange(10**8, 10**9)}"
                if chance.random() < 0.25
                else f"+86 {dial.lstrip('0')} {chance.randrange(2, 9)}"
                f"{chance.randrange(10**6, 10**7) if dial in _EIGHT else chance.randrange(10**5, 10**6)}"
            )
        else:
            if made.country == "US":
                made.city, made.region = chance.choice(self.pools.cities)
                number = f"+1 {chance.choice(AREA_CODES)} {chance.randrange(200, 999)} {chance.randrange(10**4):04d}"
            else:
                made.city, made.region = chance.choice(ABROAD[made.country].split()), ""
                number = _ABROAD_PHONE[made.country](chance)
            made.address = f"{chance.randrange(1, 9900)} {chance.choice(STREETS)} {chance.choice(['St', 'Ave', 'Rd', 'Blvd'])}"
        made.phone = number if chance.random() < HAS_PHONE else ""

    def _host(self, made: Company) -> str:
        chance = self.chance
        if chance.random() > HAS_SITE:
            return ""
        if made.chinese:
            stem = "".join(chance.choices(SYLLABLES, k=chance.choice([2, 2, 3])))
            if chance.random() < 0.3:
                stem += chance.choice(["tech", "group", "-china", "kj", "sh", "bj", "gd", "cn"])
        else:
            plain = [_ascii(word) for word in made.words if word != "&"]
            stem = "".join(plain[: chance.choice([1, 2, 2, 3])])[:24] or "company"
        host = f"{stem}.{chance.choice(TLDS[made.country])}"
        while host in self.hosts:
            stem += chance.choice(["-inc", "co", "online", "1", "2", "hq", "group", "-", "x"])
            host = f"{stem.strip('-')}.{chance.choice(TLDS[made.country])}"
        self.hosts.add(host)
        return host

    def _relative(self, number: int, base: Company, relation: str) -> Company:
        chance = self.chance
        made = Company(
            number, base.family, relation, base.chinese, base.words, base.trade_words, base.form,
            base.country, base.city, base.region, base.address, base.industry, "", "",
            int(chance.lognormvariate(3.8, 1.7)) + 1, "", base.inner, base.spelled,
        )  # fmt: skip
        base.relation = relation
        before = (made.city, made.region, made.address, made.spelled, made.words)
        count = self.last_of_family[base.family] = self.last_of_family.get(base.family, 1) + 1
        self._settle(made)
        if relation == "other trade":
            fresh = self._han_words() if made.chinese else self._words(made.country)[0]
            if made.chinese:
                made.words = (made.words[0], base.words[1], fresh[2])
            else:
                own = base.words[: len(base.words) - base.trade_words]
                phrase = chance.choices(
                    self.pools.trades.values, cum_weights=self.pools.trades.cumulated
                )[0]
                made.words = own + tuple(phrase.split())
                made.trade_words = len(phrase.split())
            if made.words == base.words:
                made.suffix = " No. 2" if not made.chinese else "二厂"
            made.industry = chance.choice(
                self.pools.han_industries if made.chinese else self.pools.sectors
            )
        elif relation == "other country or city":
            if made.chinese:  # the same mark and trade, registered in another city
                while made.city == base.city:
                    self._settle(made)
                made.words = (made.city, *base.words[1:])
            else:
                made.country = chance.choice([c for c in self.countries if c != base.country])
                made.form = chance.choice(FORMS[made.country])
                self._settle(made)
        elif relation == "series":
            made.city, made.region, made.address, made.spelled, made.words = before
            if count > len(NUMERALS):
                count = chance.randrange(2, len(NUMERALS))
                made.suffix = f" {chance.randrange(2000, 2030)}-{count}"
            elif made.chinese:
                made.suffix = f"第{HAN_DIGITS[count - 1]}分公司"
            else:
                made.suffix = f" {NUMERALS[count - 1]}"
        elif relation == "branch":
            while made.city == base.city and base.country != "SG":
                self._settle(made)
            made.words = base.words
            made.suffix = (
                f"{made.city}分公司"
                if made.chinese
                else chance.choice(
                    [
                        f" {made.city}",
                        f" of {made.city}",
                        f" - {made.city} Branch",
                        f" ({made.city})",
                    ]
                )
            )
            made.host = base.host if chance.random() < 0.3 else ""
        elif relation == "franchise":
            made.words = base.words
            place = int(chance.random() * 4000) + 1
            made.suffix = f"（{made.city}{place}店）" if made.chinese else f" #{place}"
            made.host = base.host if chance.random() < 0.3 else ""
        else:  # the same name elsewhere
            while made.city == base.city and base.country != "SG":
                self._settle(made)
            made.words = base.words
            made.industry = chance.choice(
                self.pools.han_industries if made.chinese else self.pools.sectors
            )
        if not made.host and relation not in ("branch", "franchise"):
            made.host = self._host(made)
        return made


_EIGHT = frozenset("010 020 021 022 023 024 025 027 028 029 0755 0571 0512 0574 0411 0531".split())


def _digits(chance: random.Random, count: int) -> str:
    return str(chance.randrange(10 ** (count - 1), 10**count))


_ABROAD_PHONE = {
    "GB": lambda c: f"+44 20 7{_digits(c, 3)} {_digits(c, 4)}",
    "CA": lambda c: (
        f"+1 {c.choice(['416', '604', '514', '403', '613'])} {c.randrange(200, 999)} {_digits(c, 4)}"
    ),
    "DE": lambda c: f"+49 {c.choice(['30', '89', '40', '69', '711'])} {_digits(c, 7)}",
    "FR": lambda c: f"+33 {c.choice('1245')} {_digits(c, 8)}",
    "AU": lambda c: f"+61 {c.choice('2378')} 9{_digits(c, 7)}",
    "IN": lambda c: f"+91 {c.choice(['22', '11', '80', '44'])} 2{_digits(c, 7)}",
    "SG": lambda c: f"+65 6{_digits(c, 7)}",
    "NL": lambda c: f"+31 20 {_digits(c, 7)}",
    "IT": lambda c: f"+39 02 {_digits(c, 7)}",
}
assert set(_ABROAD_PHONE) == set(DIALLING) - {"US", "CN"}


def _ascii(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    return "".join(sign for sign in plain.lower() if sign.isalnum())
