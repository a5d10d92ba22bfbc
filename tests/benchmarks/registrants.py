"""Three hundred registrants of an event against a list of real companies.

    python tests/benchmarks/registrants.py make FOLDER [--seed S]
    python tests/benchmarks/registrants.py run FOLDER
    python tests/benchmarks/registrants.py peer FOLDER
    python tests/benchmarks/registrants.py score MATCHED.csv FOLDER/truth.csv

`make` writes `registrants.csv` (people invented; companies typed by hand, the Fortune 1000's or
A-share short names; half the addresses free-mail, some bad or missing; consent yes or
no), `list.csv` (the companies, with sites where the Fortune list has them), and apart from them
`truth.csv`: the registrant's row, the names in the list that are right, and how the company was
typed. `run` calls `abmkit match registrants.csv --list list.csv` and scores what comes; `peer` scores an
analyst's script: the address's domain, else rapidfuzz's token_set_ratio after cleanco of 95 and more.

A quarter work for companies that are not in the list, a third of these for ones whose name is close
to a listed one. A registrant with a work address of a listed company is on the list whatever was
typed. No outcome is asked of people who said no: they must be counted apart, and are.
"""

from __future__ import annotations

import argparse
import csv
import html
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import urlsplit

from noise import ABBREVIATIONS, TRADITIONAL, _typo
from people import (
    BAD,
    FIRST,
    FREE,
    HAN_FIRST,
    HAN_FREE,
    HAN_LAST,
    HAN_TITLES,
    LAST,
    NEAR,
    NICKNAMES,
    STRANGERS,
    TITLES,
)
from pools import SYLLABLES, Pools, read_csv, short_name

COUNT = 300


def companies() -> list[dict[str, str]]:
    """The list: Fortune 1000 and A-share companies, with a site where it is known."""
    from publicsuffixlist import PublicSuffixList

    suffixes = PublicSuffixList()
    rows = []
    for row in read_csv("fortune1000_2021__Fortune_1000.csv"):
        host = suffixes.privatesuffix(urlsplit(row["Website"]).hostname or "") or ""
        place = {"city": row["city"], "region": row["state"], "country": "US"}
        rows.append(
            {
                "name": html.unescape(row["company"]),
                "website": host,
                "industry": row["sector"],
                **place,
            }
        )
    for name, industry, area in Pools().shorts:
        rows.append(
            {
                "name": name,
                "website": "",
                "industry": industry,
                "city": "",
                "region": area,
                "country": "CN",
            }
        )
    return rows


def typed(name: str, chance: random.Random) -> tuple[str, str]:
    """The company as somebody types it into a form, and how."""
    kind = "nickname" if name in NICKNAMES and chance.random() < 0.5 else chance.choice(
        ["as listed", "lower case", "upper case", "typo", "legal form", "abbreviated", "spaces",
         "department", "punctuation"]
    )  # fmt: skip
    if kind == "nickname":
        return NICKNAMES[name], kind
    if kind == "lower case":
        return name.lower(), kind
    if kind == "upper case":
        return name.upper(), kind
    if kind == "typo":
        return _typo(name, chance), kind
    if kind == "legal form":
        form = chance.choice(
            ["Inc", "Inc.", ", Inc.", "Corp", "Corporation", "Co.", "LLC", "Company"]
        )
        return f"{name}{form}" if form.startswith(",") else f"{name} {form}", kind
    if kind == "abbreviated":
        words = [chance.choice(ABBREVIATIONS.get(word, [word])) for word in name.split(" ")]
        return " ".join(words), kind if words != name.split(" ") else "as listed"
    if kind == "spaces":
        return f"  {name.replace(' ', '  ', 1)} ", kind
    if kind == "department":
        return name + chance.choice([" (US)", " - HR dept", " USA", ", IT", " North America"]), kind
    if kind == "punctuation":
        changed = name.replace("&", "and").replace(".", "").replace("'", "").replace("-", " ")
        return changed, kind if changed != name else "as listed"
    return name, kind


def typed_chinese(name: str, industry: str, area: str, chance: random.Random) -> tuple[str, str]:
    """The same for a Chinese short name."""
    kind = chance.choice(["as listed", "full name", "with place", "traditional", "spaced", "form"])
    if kind == "full name":
        tail = (
            ""
            if name[-2:] in ("集团", "银行", "证券")
            else ("集团" if chance.random() < 0.2 else "")
        )
        base = name.removesuffix("股份")
        return f"{area if not base.startswith(area) else ''}{base}{tail}股份有限公司", kind
    if kind == "with place":
        return f"{name}（{area}）" if chance.random() < 0.5 else f"{area}{name}", kind
    if kind == "traditional":
        changed = name.translate(TRADITIONAL)
        return changed, kind if changed != name else "as listed"
    if kind == "spaced":
        return " ".join(name), kind
    if kind == "form":
        return name + chance.choice(["公司", "有限公司", "股份有限公司"]), kind
    return name, kind


def make(folder: Path, seed: int) -> None:
    """Writes registrants.csv, list.csv and truth.csv."""
    chance = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    listed = companies()
    same_name = Counter(row["name"].lower() for row in listed)
    with (folder / "list.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(listed[0]))
        writer.writeheader()
        writer.writerows(listed)
    american = [r for r in listed if r["country"] == "US" and same_name[r["name"].lower()] == 1]
    known = [row for row in american if row["name"] in NICKNAMES]
    chinese = [row for row in listed if row["country"] == "CN" and same_name[row["name"]] == 1]
    rows, truths = [], []
    for number in range(1, COUNT + 1):
        draw = chance.random()
        company, right, site = "", "", ""
        if draw < 0.25:
            near = chance.random() < 1 / 3
            company, kind = (
                chance.choice(NEAR if near else STRANGERS),
                "near" if near else "stranger",
            )
            han = bool(re.search(r"[\u4e00-\u9fff]", company))
            country = chance.choice(["", "", "CN"] if han else ["", "", "GB", "United States"])
        elif draw < 0.72:
            row = chance.choice(known if chance.random() < 0.06 else american)
            company, kind = typed(row["name"], chance)
            right, site, han = row["name"], row["website"], False
            country = chance.choice(["", "", "US", "USA", "United States"])
        else:
            row = chance.choice(chinese)
            company, kind = typed_chinese(row["name"], row["industry"], row["region"], chance)
            right, han, country = row["name"], True, chance.choice(["", "", "中国", "China"])
        if han:
            first = "".join(chance.choices(HAN_FIRST, k=chance.choice([1, 2])))
            last = chance.choice(HAN_LAST)
            user = "".join(chance.choices(SYLLABLES, k=3)) + str(chance.randrange(100))
        else:
            first, last = chance.choice(FIRST), chance.choice(LAST)
            user = chance.choice(
                [f"{first}.{last}", f"{first[0]}{last}", f"{last}{first[0]}"]
            ).lower()
        mail = chance.random()
        if mail < 0.5:
            address, by = f"{user}@{chance.choice(HAN_FREE if han else FREE)}", "free mail"
        elif mail < 0.62:
            address, by = chance.choice(BAD).format(user), "bad or no mail"
        elif site:
            address, by = f"{user}@{site}", "work mail"
            if chance.random() < 0.15:
                company, kind = chance.choice(["", "-", "n/a"]), "company missing"
        else:
            address, by = f"{user}@{''.join(chance.choices(SYLLABLES, k=4))}.com", "other mail"
        rows.append(
            (first, last, address, company, chance.choice(HAN_TITLES if han else TITLES), country,
             "no" if chance.random() < 0.12 else "yes")
        )  # fmt: skip
        truths.append((number, right, kind, by, rows[-1][-1]))
    with (folder / "registrants.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            ("First name", "Last name", "E-mail", "Company", "Job title", "Country", "consent")
        )
        writer.writerows(rows)
    with (folder / "truth.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("row", "right", "kind", "mail", "consent"))
        writer.writerows(truths)
    on_list = sum(1 for truth in truths if truth[1])
    print(
        f"{COUNT} registrants, {on_list} of companies in the list of {len(listed):,}, in {folder}"
    )


def score(matched: Path, truth: Path) -> None:
    """Prints what was matched wrongly and what was missed, by how the company was typed."""
    with matched.open(encoding="utf-8-sig", newline="") as file:
        given = list(csv.DictReader(file))
    with truth.open(encoding="utf-8", newline="") as file:
        truths = list(csv.DictReader(file))
    with truth.with_name("registrants.csv").open(encoding="utf-8", newline="") as file:
        people = list(csv.DictReader(file))
    by_person: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    for row in given:
        by_person[_person(row)].append(row)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    unasked = absent = 0
    for person, wanted in zip(people, truths, strict=True):
        found = by_person.get(_person(person), [])
        row = found.pop(0) if found else None
        if wanted["consent"] == "no":
            unasked += 1
            continue
        if row is None:
            absent += 1
            continue
        status, name = row.get("match_status", ""), row.get("match_name", "")
        right = _plain(name) == _plain(wanted["right"]) and bool(name)
        if status == "matched":
            result = "right" if right else "wrong"
        elif wanted["right"]:
            result = "in review" if status == "review" and right else "missed"
        else:
            result = "in review, a stranger" if status == "review" else "right"
        counts[f"{wanted['kind']}"][result] += 1
        counts[f"  by {wanted['mail']}"][result] += 1
        counts["all"][result] += 1
        if result != "right":
            print(
                f"  {result}: {person['Company']!r} {person['E-mail']!r} is {wanted['right'] or 'not listed'!r}, "
                f"given {name!r} {row.get('match_probability', '')} {status} ({wanted['kind']})"
            )
    for kind in sorted(counts):
        told = ", ".join(f"{what} {count}" for what, count in counts[kind].most_common())
        print(f"{kind}: {told}")
    total = counts["all"]
    on_list = sum(1 for t in truths if t["right"] and t["consent"] != "no")
    strangers_right = sum(counts[kind]["right"] for kind in ("stranger", "near"))
    hits = total["right"] - strangers_right
    matched_rows = hits + total["wrong"]
    print(
        f"precision {hits / matched_rows if matched_rows else 1:.4f}  recall {hits / on_list:.4f}  "
        f"of {on_list} on the list who agreed; {unasked} said no; {absent} rows are not in the output"
    )
    held = [
        row for row in given if row.get("consent", "").lower() == "no" and row.get("match_name")
    ]
    print(f"matched though they said no: {len(held)}")


def _person(row: dict[str, str]) -> tuple[str, ...]:
    keys = ("First name", "Last name", "E-mail", "Company")
    return tuple(row.get(key, "").strip() for key in keys)


def _plain(name: str) -> str:
    return re.sub(r"\W+", "", short_name(name)).lower()


def run(folder: Path) -> None:
    """`abmkit match` as a whole command, scored."""
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "matched.csv"
        command = [str(Path(sys.executable).with_name("abmkit")), "match", "registrants.csv"]
        start = time.perf_counter()
        done = subprocess.run(
            [*command, "--list", "list.csv", "-o", str(out)],
            cwd=folder,
            capture_output=True,
            text=True,
        )
        print(f"abmkit match: {time.perf_counter() - start:.1f} s")
        print((done.stderr or "").strip())
        if done.returncode:
            raise SystemExit(f"exit {done.returncode}")
        score(out, folder / "truth.csv")


def peer(folder: Path) -> None:
    """An analyst's script on the same files, scored."""
    from matching import _bare, _write
    from rapidfuzz import fuzz, process

    start = time.perf_counter()
    with (folder / "registrants.csv").open(encoding="utf-8", newline="") as file:
        people = list(csv.DictReader(file))
    with (folder / "list.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    names = [_bare(row["name"]) for row in listed]
    sites = {row["website"]: row["name"] for row in listed if row["website"]}
    rows = []
    for person in people:
        site = sites.get(person["E-mail"].rpartition("@")[2])
        found = process.extract(
            _bare(person["Company"]), names, scorer=fuzz.token_set_ratio, limit=2
        )
        _, value, at = max(
            found, key=lambda hit: (hit[1], fuzz.ratio(hit[0], person["Company"].lower()))
        )
        name = site or listed[at]["name"]
        sure = bool(site) or value >= 95
        rows.append((*person.values(), "matched" if sure else "none", name, value / 100))
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "matched.csv"
        header = (*people[0], "match_status", "match_name", "match_probability")
        _write(out, header, rows)
        print(f"analyst's script: {time.perf_counter() - start:.1f} s")
        score(out, folder / "truth.csv")


def main() -> None:
    """Reads the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make")
    making.add_argument("folder", type=Path)
    making.add_argument("--seed", type=int, default=4)
    running = commands.add_parser("run")
    running.add_argument("folder", type=Path)
    peering = commands.add_parser("peer")
    peering.add_argument("folder", type=Path)
    scoring = commands.add_parser("score")
    scoring.add_argument("matched", type=Path)
    scoring.add_argument("truth", type=Path)
    given = parser.parse_args()
    if given.command == "make":
        make(given.folder, given.seed)
    elif given.command == "run":
        run(given.folder.resolve())
    elif given.command == "peer":
        peer(given.folder)
    else:
        score(given.matched, given.truth)


if __name__ == "__main__":
    main()
