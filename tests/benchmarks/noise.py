"""How the same company is written in another list: names, sites, phones and places with noise."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from invented import Company
from pools import CITY_SPELLINGS, COUNTRY_SPELLINGS, FORMS

COLUMNS = (
    "name", "website", "phone", "address", "city", "region", "country", "industry", "employees",
)  # fmt: skip
# How often a record knows the field, given that the company has one.
KNOWN = {
    "website": 0.8, "phone": 0.65, "address": 0.5, "city": 0.85,
    "region": 0.7, "country": 0.88, "industry": 0.75, "employees": 0.7,
}  # fmt: skip
SITE_CHANGED = 0.06
PHONE_CHANGED = 0.12
CITY_CHANGED = 0.03

FORM_SPELLINGS = {
    "Inc.": ["Inc", "INC", "Incorporated", ", Inc."],
    "Inc": ["Inc.", "Incorporated", ", Inc."],
    "LLC": ["L.L.C.", "llc", "Limited Liability Company", "Co. LLC"],
    "Corp.": ["Corp", "Corporation", "CORP"],
    "Corporation": ["Corp.", "Corp", "CORP"],
    "Co.": ["Company", "Co", "& Co."],
    "Company": ["Co.", "Co", "& Company"],
    "LP": ["L.P.", "Limited Partnership"],
    "Ltd": ["Ltd.", "Limited", "LTD", "Co. Ltd"],
    "Ltd.": ["Ltd", "Limited", "LTD", "Co., Ltd."],
    "Limited": ["Ltd", "Ltd.", "LTD"],
    "PLC": ["plc", "P.L.C.", "Public Limited Company"],
    "LLP": ["L.L.P."],
    "GmbH": ["GMBH", "Gmbh", "G.m.b.H.", "mbH"],
    "AG": ["Aktiengesellschaft", "A.G."],
    "GmbH & Co. KG": ["GmbH & Co KG", "GmbH + Co. KG", "GmbH"],
    "SE": ["S.E.", "Societas Europaea"],
    "KG": ["K.G.", "Kommanditgesellschaft"],
    "SA": ["S.A.", "Société Anonyme"],
    "SAS": ["S.A.S."],
    "SARL": ["S.A.R.L.", "Sàrl"],
    "Pty Ltd": ["Pty. Ltd.", "Pty Limited", "PTY LTD"],
    "Pvt. Ltd.": ["Private Limited", "Pvt Ltd", "(P) Ltd"],
    "Private Limited": ["Pvt. Ltd.", "Pvt Ltd"],
    "Pte. Ltd.": ["Pte Ltd", "PTE LTD", "Private Limited"],
    "Pte Ltd": ["Pte. Ltd.", "Pte Limited"],
    "B.V.": ["BV", "bv"],
    "N.V.": ["NV"],
    "S.p.A.": ["SPA", "SpA", "S.P.A."],
    "S.r.l.": ["SRL", "Srl", "S.R.L."],
}
ABBREVIATIONS = {
    "International": ["Intl", "Int'l", "Intl."],
    "Manufacturing": ["Mfg", "Mfg."],
    "Services": ["Svcs", "Svc", "Serv"],
    "Service": ["Svc"],
    "Systems": ["Sys", "Syst"],
    "Technologies": ["Tech", "Techs"],
    "Technology": ["Tech", "Techn"],
    "Industries": ["Ind", "Inds"],
    "Enterprises": ["Ent", "Entps"],
    "Associates": ["Assoc", "Assocs"],
    "Engineering": ["Eng", "Engrg"],
    "Equipment": ["Equip", "Eqpt"],
    "Construction": ["Constr", "Const"],
    "Management": ["Mgmt", "Mgt"],
    "Laboratories": ["Labs", "Lab"],
    "Pharmaceuticals": ["Pharma", "Pharm"],
    "Financial": ["Finl", "Fin"],
    "National": ["Natl", "Nat'l"],
    "American": ["Amer", "Am"],
    "Petroleum": ["Petro", "Pete"],
    "Group": ["Grp"],
    "Holdings": ["Hldgs", "Hldg"],
    "Holding": ["Hldg"],
    "Solutions": ["Soln", "Solns"],
    "Resources": ["Res"],
    "Communications": ["Comm", "Communicatns"],
    "Electric": ["Elec"],
    "Medical": ["Med"],
    "Environmental": ["Envir"],
    "Properties": ["Props"],
    "Supply": ["Sply"],
    "Partners": ["Ptnrs"],
    "Insurance": ["Ins"],
    "Investment": ["Invt"],
    "Development": ["Dev"],
    "Products": ["Prods"],
    "Central": ["Cent"],
    "General": ["Gen"],
    "Universal": ["Univ"],
    "Southern": ["Sthn"],
    "Northern": ["Nthn"],
}
TRADITIONAL = str.maketrans(
    "国华东广发业电网络车门马长风龙万与贸银书医药机经际达丰兴节汉飞鱼农产气营开关报验师范华联时实现东岛银连运进远通环设计"
    "术园图团场处备复头夹宁宝审宽专丽举义乐乡买乾云亚亿仓仪价众优会伟传伤伦债倾储军写冲决净凉减凤凯划创别剂剑务动劳势"
    "压厂厅历厨县参双变叶号问员响圆圣坚块垦报塑声壳学对导将尔层属岁岭帅币帐带帮庄庆库应废张强归录彻径忆态总恒惠战户扩"
    "担择换据损摄敌数显晓权条来杨极构枣标栋树样桥检楼欧残毕汇汤沟泽洁济浅测浓涂润涛涨渔湾湿满滨灯灵灿炉点热爱牵状独狮"
    "环珑琼瑶疗监盐盖盘矿码砖础硕确礼离种积称稳穷竞笔纤约级纪纯纲纳纸纺线组细织终绍结给绝统继绩绿维综缘编缆缝网罗",
    "國華東廣發業電網絡車門馬長風龍萬與貿銀書醫藥機經際達豐興節漢飛魚農產氣營開關報驗師範華聯時實現東島銀連運進遠通環設計"
    "術園圖團場處備復頭夾寧寶審寬專麗舉義樂鄉買乾雲亞億倉儀價眾優會偉傳傷倫債傾儲軍寫沖決淨涼減鳳凱劃創別劑劍務動勞勢"
    "壓廠廳歷廚縣參雙變葉號問員響圓聖堅塊墾報塑聲殼學對導將爾層屬歲嶺帥幣帳帶幫莊慶庫應廢張強歸錄徹徑憶態總恆惠戰戶擴"
    "擔擇換據損攝敵數顯曉權條來楊極構棗標棟樹樣橋檢樓歐殘畢匯湯溝澤潔濟淺測濃塗潤濤漲漁灣濕滿濱燈靈燦爐點熱愛牽狀獨獅"
    "環瓏瓊瑤療監鹽蓋盤礦碼磚礎碩確禮離種積稱穩窮競筆纖約級紀純綱納紙紡線組細織終紹結給絕統繼績綠維綜緣編纜縫網羅",
)
_LOOKALIKES = {
    "华": "花", "信": "讯", "达": "大", "新": "鑫", "鑫": "新", "宏": "弘", "弘": "宏", "佳": "嘉",
    "嘉": "佳", "明": "铭", "升": "晟", "晟": "升", "科": "可", "元": "源", "源": "元", "恒": "衡",
    "泰": "太", "圣": "盛", "盛": "胜", "星": "兴", "兴": "星", "通": "同", "利": "力", "安": "按",
    "德": "得", "瑞": "锐", "锐": "瑞", "博": "柏", "海": "每", "联": "连", "创": "闯", "诚": "成",
}  # fmt: skip
_KEYS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo",
    "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "w", "r": "et",
    "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip


def plain_name(made: Company, chance: random.Random) -> str:
    """The name as its own records mostly have it."""
    if made.chinese:
        return _han(made)
    name = " ".join(made.words) + made.suffix
    if made.form:
        name += (", " if chance.random() < 0.25 else " ") + made.form
    return name.upper() if chance.random() < 0.12 else name


def _han(made: Company, place: str | None = None, trade: str | None = None) -> str:
    own, core, line = made.words
    place, line = own if place is None else place, line if trade is None else trade
    if made.inner and place:
        return f"{core}{line}（{place}）{made.form}{made.suffix}"
    return f"{place}{core}{line}{made.form}{made.suffix}"


def _typo(name: str, chance: random.Random) -> str:
    spots = [at for at, sign in enumerate(name) if sign.isalpha() and at]
    if len(spots) < 4:
        return name
    at = spots[int(chance.random() * min(len(spots), 18))]
    kind, sign = chance.random(), name[at]
    if kind < 0.3:
        return name[:at] + name[at + 1 :]
    if kind < 0.55 and at + 1 < len(name) and name[at + 1].isalpha():
        return name[:at] + name[at + 1] + sign + name[at + 2 :]
    if kind < 0.75:
        return name[:at] + sign + name[at:]
    return name[:at] + chance.choice(_KEYS.get(sign.lower(), "e")) + name[at + 1 :]


def _english(made: Company, chance: random.Random) -> tuple[str, list[str]]:
    words, form, suffix = list(made.words), made.form, made.suffix
    kinds: list[str] = []
    for _ in range(chance.choices((0, 1, 2, 3), (22, 45, 25, 8))[0]):
        kind = chance.choices(_ENGLISH_KINDS, cum_weights=_ENGLISH_WEIGHTS)[0]
        if kind in kinds:
            continue
        trade = made.trade_words
        if kind == "form dropped" and form:
            form = ""
        elif kind == "form added" and not form:
            form = chance.choice([f for f in FORMS[made.country] if f])
        elif kind == "form spelled" and form in FORM_SPELLINGS:
            form = chance.choice(FORM_SPELLINGS[form])
        elif kind == "abbreviation":
            short = [ABBREVIATIONS.get(word) for word in words]
            if not any(short):
                continue
            words = [chance.choice(s) if s else w for s, w in zip(short, words, strict=True)]
        elif kind == "inversion" and len(words) > trade + 1 and words[1] != "&" and not kinds:
            own = words[: len(words) - trade]
            words = [own[-1], *(w.strip(".") for w in own[:-1]), *words[len(own) :]]
        elif kind == "reordered" and len(words) > 2 and "&" not in words and not kinds:
            at = chance.randrange(len(words) - 1)
            words[at], words[at + 1] = words[at + 1], words[at]
        elif kind == "trade dropped" and trade and len(words) == len(made.words) > trade:
            words = words[: len(words) - (1 if trade > 1 and chance.random() < 0.6 else trade)]
        elif kind == "punctuation":
            words = [
                {"&": chance.choice(["and", "+", "&amp;"])}.get(w, w.replace(".", ""))
                for w in words
            ]
            if "&" not in made.words and len(words) > 1:
                words = chance.choice(
                    [
                        ["-".join(words[:2]), *words[2:]],
                        ["".join(words[:2]), *words[2:]],
                        ["The", *words],
                    ]
                )
        elif kind == "acronym" and len(words) >= 3 and "&" not in words and not suffix:
            words = ["".join(word[0] for word in words).upper()]
        elif kind not in ("typo", "case", "suffix added"):
            continue
        kinds.append(kind)
    name = " ".join(words)
    if "typo" in kinds:
        name = _typo(name, chance)
    name += suffix
    if form:
        name += ("" if form.startswith(",") else " ") + form
    if "suffix added" in kinds:
        name += chance.choice([" /DE/", " (USA)", f" ({made.city})", " - HQ", f" / {made.country}"])
    if "case" in kinds:
        name = chance.choice([str.upper, str.lower, str.title])(name)
    return name, kinds


_ENGLISH = {
    "typo": 20, "form dropped": 22, "form added": 4, "form spelled": 16, "abbreviation": 12,
    "inversion": 6, "case": 12, "punctuation": 9, "reordered": 4, "trade dropped": 7,
    "suffix added": 3, "acronym": 1,
}  # fmt: skip
_ENGLISH_KINDS = list(_ENGLISH)
_ENGLISH_WEIGHTS = [sum(list(_ENGLISH.values())[: at + 1]) for at in range(len(_ENGLISH))]
_HAN = {
    "typo": 12, "form dropped": 18, "form spelled": 12, "brackets": 12, "place dropped": 14,
    "place spelled": 10, "trade dropped": 8, "short": 10, "full width": 6, "traditional": 8,
    "spaced": 4,
}  # fmt: skip
_HAN_KINDS = list(_HAN)
_HAN_WEIGHTS = [sum(list(_HAN.values())[: at + 1]) for at in range(len(_HAN))]


def _chinese(made: Company, chance: random.Random) -> tuple[str, list[str]]:
    place, core, trade = made.words
    form, suffix, inner = made.form, made.suffix, made.inner
    kinds: list[str] = []
    for _ in range(chance.choices((0, 1, 2, 3), (22, 45, 25, 8))[0]):
        kind = chance.choices(_HAN_KINDS, cum_weights=_HAN_WEIGHTS)[0]
        if kind in kinds:
            continue
        if kind == "form dropped" and form and not suffix:
            form = ""
        elif kind == "form spelled" and form:
            form = chance.choice(
                [
                    "公司",
                    "有限公司",
                    "有限责任公司",
                    "股份有限公司",
                    "股份公司",
                    "集团",
                    "集团有限公司",
                ]
            )
        elif kind == "brackets" and place and form:
            inner = not inner
        elif kind == "place dropped" and place:
            place = ""
        elif kind == "place spelled" and place:
            place = chance.choice([made.city, made.city + "市", made.region + made.city + "市"])
        elif kind == "trade dropped" and trade and (place or form):
            trade = ""
        elif kind == "short" and not suffix:
            place, form, trade = "", "", trade[:2]
        elif kind == "typo":
            at = chance.randrange(len(core))
            like = _LOOKALIKES.get(core[at])
            if like is None:  # a sign lost, or two turned round
                core, trade = (core, trade[:-1]) if len(trade) > 2 else (core[::-1], trade)
            else:
                core = core[:at] + like + core[at + 1 :]
        elif kind not in ("full width", "traditional", "spaced"):
            continue
        kinds.append(kind)
    if inner and place:
        brackets = "（）" if chance.random() < 0.6 else "()"
        name = f"{core}{trade}{brackets[0]}{place}{brackets[1]}{form}{suffix}"
    else:
        name = f"{place}{core}{trade}{form}{suffix}"
    if "traditional" in kinds:
        name = name.translate(TRADITIONAL)
    if "spaced" in kinds:
        name = " ".join(name) if len(name) <= 4 else f"{name[:4]} {name[4:]}"
    if "full width" in kinds:
        name = "\u3000" + name if chance.random() < 0.5 else name.replace("(", "（") + "\u3000"
    return name, kinds


def _site(host: str, chance: random.Random, noisy: bool) -> str:
    draw = chance.random()
    if not noisy or draw < 0.3:
        return f"https://www.{host}" if draw < 0.6 else host
    if draw < 0.5:
        return f"www.{host}"
    if draw < 0.65:
        return f"http://{host}/{chance.choice(['', 'en/', 'index.html', 'about-us'])}"
    if draw < 0.75:
        return f"HTTPS://WWW.{host.upper()}/"
    if draw < 0.85:
        return f"https://{chance.choice(['shop', 'en', 'info', 'm'])}.{host}"
    return f"https://{host}?utm_source=list"


def _other_site(host: str, chance: random.Random) -> str:
    stem, _, tld = host.partition(".")
    other = chance.choice([end for end in ("com", "net", "org", "cn", "eu", "biz") if end != tld])
    return (
        f"{stem}.{other}"
        if chance.random() < 0.7
        else f"{stem}-{chance.choice(['group', 'hq', 'global'])}.{tld}"
    )


def _phone(number: str, chance: random.Random, noisy: bool) -> str:
    if not noisy:
        return number
    code, *rest = number.split(" ")
    draw = chance.random()
    if draw < 0.25:
        return code + "".join(rest)
    if draw < 0.45:
        return f"{code} ({rest[0]}) {'-'.join(rest[1:])}" if len(rest) > 1 else number
    if draw < 0.6:
        return f"00{code[1:]} {' '.join(rest)}"
    if draw < 0.8:
        return f"{code}-{'-'.join(rest)}"
    return number.replace(" ", ".")


_RANGES = [(1, 10), (11, 50), (51, 200), (201, 500), (501, 1000), (1001, 5000), (5001, 10000)]


def _people(count: int, chance: random.Random) -> str:
    if chance.random() < 0.5:
        return str(max(int(count * chance.uniform(0.9, 1.1)), 1))
    for low, high in _RANGES:
        if count <= high:
            return f"{low}-{high}"
    return "10001+"


def record(made: Company, chance: random.Random, noisy: bool) -> tuple[list[str], list[str]]:
    """One record of a company (the fields of COLUMNS) and the kinds of noise in its name."""
    draw = chance.random
    if noisy:
        writer: Callable[[Company, random.Random], tuple[str, list[str]]] = (
            _chinese if made.chinese else _english
        )
        name, kinds = writer(made, chance)
    else:
        name, kinds = plain_name(made, chance), []
    host, phone, city = made.host, made.phone, made.city
    if noisy and host and draw() < SITE_CHANGED:
        host = _other_site(host, chance)
    if noisy and phone and draw() < PHONE_CHANGED:
        phone = phone[:-4] + str(chance.randrange(1000, 9999))
    region, country = made.region, made.country
    address = made.address
    if noisy:
        if draw() < CITY_CHANGED:
            city = "上海" if made.chinese else "Springfield"
        if made.chinese:
            if draw() < 0.25:
                city = chance.choice([city + "市", made.spelled, made.spelled.upper()])
            if draw() < 0.2:
                region += "省" if region not in ("北京", "上海", "天津", "重庆") else "市"
            address = (
                address.replace("号", f"号{chance.randrange(1, 30)}层") if draw() < 0.3 else address
            )
        else:
            if draw() < 0.2:
                city = chance.choice(
                    CITY_SPELLINGS.get(city) or [city.upper(), city.replace("St. ", "Saint ")]
                )
            if draw() < 0.3:
                address = re.sub(r" (St|Ave|Rd|Blvd)$", lambda m: _LONG[m[1]], address)
        if draw() < 0.4:
            country = chance.choice(COUNTRY_SPELLINGS[country])
    values = [
        name,
        _site(host, chance, noisy) if host and draw() < KNOWN["website"] else "",
        _phone(phone, chance, noisy) if phone and draw() < KNOWN["phone"] else "",
        address if draw() < KNOWN["address"] else "",
        city if draw() < KNOWN["city"] else "",
        region if draw() < KNOWN["region"] else "",
        country if draw() < KNOWN["country"] else "",
        made.industry if draw() < KNOWN["industry"] else "",
        _people(made.employees, chance) if draw() < KNOWN["employees"] else "",
    ]
    return values, kinds


_LONG = {"St": " Street", "Ave": " Avenue", "Rd": " Road", "Blvd": " Boulevard, Suite 200"}
