# ruff: noqa: SIM905
"""Words, places and marks of real companies, from which benchmarks recombine invented ones.

Read from the folder of development data: SEC filers, the Fortune 1000, A-share short names and
Chinese trade words. What those lists lack (ordinary trades, foreign cities, dialling codes) is
written here.
"""

from __future__ import annotations

import csv
import json
import os
import re
import unicodedata
from collections import Counter
from functools import cached_property
from itertools import accumulate
from pathlib import Path

DATA = Path(
    os.environ.get("ABMKIT_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")
).resolve()

FORMS = {
    "US": ["Inc.", "Inc", "LLC", "Corp.", "Corporation", "Co.", "Company", "LP", ""],
    "GB": ["Ltd", "Limited", "PLC", "LLP"],
    "CA": ["Inc.", "Ltd.", "Corp.", "Limited"],
    "DE": ["GmbH", "AG", "GmbH & Co. KG", "SE", "KG"],
    "FR": ["SA", "SAS", "SARL"],
    "AU": ["Pty Ltd", "Limited", "Ltd"],
    "IN": ["Pvt. Ltd.", "Private Limited", "Ltd."],
    "SG": ["Pte. Ltd.", "Pte Ltd"],
    "NL": ["B.V.", "N.V."],
    "IT": ["S.p.A.", "S.r.l."],
}
COUNTRY_SHARES = {
    "US": 55, "GB": 10, "CA": 8, "DE": 8, "FR": 5, "AU": 4, "IN": 4, "SG": 2, "NL": 2, "IT": 2,
}  # fmt: skip
COUNTRY_SPELLINGS = {
    "US": ["US", "USA", "United States", "U.S."],
    "GB": ["GB", "UK", "United Kingdom", "England"],
    "CA": ["Canada", "CAN"],
    "DE": ["DE", "Germany", "Deutschland"],
    "FR": ["FR", "France"],
    "AU": ["AU", "Australia"],
    "IN": ["India", "IND"],
    "SG": ["SG", "Singapore"],
    "NL": ["NL", "Netherlands", "The Netherlands"],
    "IT": ["IT", "Italy", "Italia"],
    "CN": ["CN", "China", "中国", "中华人民共和国"],
}
DIALLING = {
    "US": "1", "GB": "44", "CA": "1", "DE": "49", "FR": "33",
    "AU": "61", "IN": "91", "SG": "65", "NL": "31", "IT": "39", "CN": "86",
}  # fmt: skip
TLDS = {
    "US": ["com", "com", "com", "com", "net", "org", "io", "us"],
    "GB": ["co.uk", "co.uk", "com"],
    "CA": ["ca", "com"],
    "DE": ["de", "de", "com"],
    "FR": ["fr", "com"],
    "AU": ["com.au", "com.au", "com"],
    "IN": ["in", "co.in", "com"],
    "SG": ["com.sg", "sg", "com"],
    "NL": ["nl", "com"],
    "IT": ["it", "com"],
    "CN": ["com", "cn", "com.cn"],
}
ABROAD = {
    "GB": "London Manchester Birmingham Leeds Bristol Glasgow Cambridge Reading Sheffield Cardiff",
    "CA": "Toronto Montreal Vancouver Calgary Ottawa Edmonton Mississauga Winnipeg Halifax London",
    "DE": "Berlin München Hamburg Köln Frankfurt Stuttgart Düsseldorf Leipzig Hannover Nürnberg",
    "FR": "Paris Lyon Marseille Toulouse Nantes Lille Bordeaux Strasbourg Rennes Grenoble",
    "AU": "Sydney Melbourne Brisbane Perth Adelaide Newcastle Canberra Geelong Hobart Darwin",
    "IN": "Mumbai Delhi Bengaluru Chennai Hyderabad Pune Kolkata Ahmedabad Jaipur Noida",
    "SG": "Singapore",
    "NL": "Amsterdam Rotterdam Utrecht Eindhoven Groningen Breda Leiden Delft Almere Tilburg",
    "IT": "Milano Roma Torino Bologna Napoli Genova Firenze Verona Padova Bari",
}
CITY_SPELLINGS = {
    "New York": ["New York City", "NYC", "New York, NY"],
    "Los Angeles": ["LA", "Los Angeles, CA"],
    "San Francisco": ["SF", "San Fran"],
    "Philadelphia": ["Phila."],
    "Washington": ["Washington DC", "Washington, D.C."],
    "Fort Worth": ["Ft. Worth"],
    "Fort Lauderdale": ["Ft Lauderdale"],
    "München": ["Munich", "Muenchen"],
    "Köln": ["Cologne", "Koeln"],
    "Frankfurt": ["Frankfurt am Main"],
    "Düsseldorf": ["Duesseldorf", "Dusseldorf"],
    "Nürnberg": ["Nuremberg", "Nuernberg"],
    "Montreal": ["Montréal"],
    "Bengaluru": ["Bangalore"],
    "Mumbai": ["Bombay"],
    "Milano": ["Milan"],
    "Roma": ["Rome"],
    "Torino": ["Turin"],
    "Napoli": ["Naples"],
}
AREA_CODES = """
201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 240
248 251 252 253 254 256 260 262 267 269 270 276 281 301 302 303 304 305 307 308 309 310 312 313 314
315 316 317 318 319 320 321 323 330 334 336 337 347 352 360 361 386 401 402 404 405 406 407 408 409
410 412 413 414 415 417 419 423 425 432 434 440 443 469 478 479 480 484 501 502 503 504 505 507 508
""".split()
TRADES = """
Plumbing|Plumbing Supply|Logistics|Freight|Dental|Roofing|Construction|Electric|Electrical Services
Software|Consulting|Marketing|Staffing|Insurance Agency|Realty|Catering|Bakery|Brewing|Foods
Packaging|Plastics|Steel|Machine Works|Manufacturing|Engineering|Architects|Design|Media|Printing
Security|Landscaping|Auto Parts|Motors|Equipment|Rental|Trucking|Shipping|Travel|Hotels|Fitness
Medical|Medical Supply|Laboratories|Pharmacy|Veterinary|Optical|Furniture|Flooring|Textiles|Apparel
Jewelers|Toys|Sports|Farms|Seeds|Vineyards|Water|Environmental Services|Recycling|Solar|Wind Energy
Petroleum|Mining|Chemicals|Coatings|Glass|Paper|Lumber|Hardware|Tools|Controls|Instruments|Sensors
Robotics|Analytics|Data Systems|Networks|Telecom|Wireless|Cloud Services|Games|Education|Learning
International|Industries|Enterprises|Partners|Associates|Group|Holdings|Services|Solutions|Systems
""".replace("\n", "|").strip("|").split("|")  # fmt: skip
LOCAL_TRADES = {
    "DE": "Maschinenbau Logistik Beratung Bau Elektronik Handel Verlag Energie Immobilien Technik",
    "FR": "Conseil Logistique Bâtiment Énergie Transports Industrie Distribution Immobilier",
    "IT": "Costruzioni Trasporti Alimentari Impianti Meccanica Servizi Immobiliare",
    "NL": "Beheer Bouw Advies Transport Techniek Vastgoed Handel Installatie",
}
COMMON = """
First United American National Global Universal General Pacific Atlantic Central Delta Summit Apex
Premier Pioneer Liberty Eagle Star Golden Silver Blue Green Red Alpha Omega Prime Advanced Modern
Standard Superior Northern Southern Western Eastern Metro Capital Heritage Legacy Horizon Phoenix
""".split()
INDUSTRIES_ABROAD = """
Software|Energy|Retail|Banking|Chemicals|Media|Logistics|Construction|Health Care|Machinery|Food
""".strip().split("|")

# city, province, dialling code, pinyin, districts, weight
CHINA = """
北京|北京|010|Beijing|朝阳区 海淀区 西城区|12
上海|上海|021|Shanghai|浦东新区 徐汇区 闵行区|12
深圳|广东|0755|Shenzhen|南山区 福田区 宝安区|11
广州|广东|020|Guangzhou|天河区 越秀区 黄埔区|8
杭州|浙江|0571|Hangzhou|西湖区 滨江区 余杭区|7
苏州|江苏|0512|Suzhou|工业园区 高新区 吴中区|6
南京|江苏|025|Nanjing|江宁区 鼓楼区 玄武区|5
宁波|浙江|0574|Ningbo|鄞州区 北仑区|4
无锡|江苏|0510|Wuxi|滨湖区 新吴区|3
常州|江苏|0519|Changzhou|武进区 新北区|2
温州|浙江|0577|Wenzhou|鹿城区 龙湾区|2
东莞|广东|0769|Dongguan|长安镇 虎门镇|4
佛山|广东|0757|Foshan|南海区 顺德区|3
珠海|广东|0756|Zhuhai|香洲区 金湾区|1
厦门|福建|0592|Xiamen|思明区 湖里区|3
福州|福建|0591|Fuzhou|鼓楼区 马尾区|2
泉州|福建|0595|Quanzhou|晋江市 石狮市|2
青岛|山东|0532|Qingdao|崂山区 黄岛区|3
济南|山东|0531|Jinan|历下区 高新区|3
烟台|山东|0535|Yantai|芝罘区 莱山区|2
成都|四川|028|Chengdu|武侯区 高新区|5
武汉|湖北|027|Wuhan|洪山区 江汉区|5
长沙|湖南|0731|Changsha|岳麓区 芙蓉区|3
合肥|安徽|0551|Hefei|蜀山区 高新区|3
郑州|河南|0371|Zhengzhou|金水区 高新区|3
西安|陕西|029|Xi'an|雁塔区 高新区|3
天津|天津|022|Tianjin|滨海新区 南开区|4
重庆|重庆|023|Chongqing|渝北区 江北区|4
沈阳|辽宁|024|Shenyang|和平区 铁西区|2
大连|辽宁|0411|Dalian|甘井子区 沙河口区|2
哈尔滨|黑龙江|0451|Harbin|南岗区 道里区|1
长春|吉林|0431|Changchun|朝阳区 绿园区|1
石家庄|河北|0311|Shijiazhuang|长安区 裕华区|2
昆明|云南|0871|Kunming|五华区 官渡区|1
南昌|江西|0791|Nanchang|东湖区 青山湖区|1
"""
HAN_FORMS = ["有限公司"] * 12 + ["有限责任公司"] * 2 + ["股份有限公司"] * 3 + [
    "集团有限公司", "集团股份有限公司", "（集团）有限公司", "实业有限公司", "控股有限公司",
]  # fmt: skip
HAN_TRADES = """
科技 科技 科技 信息技术 信息科技 网络科技 网络技术 电子 电子科技 软件 智能科技 生物科技 生物医药 医疗器械
新能源 新材料 环保科技 机械制造 机械设备 精密机械 自动化设备 电气 建筑工程 建设工程 装饰工程 房地产开发
物业管理 贸易 国际贸易 进出口 商贸 实业发展 投资管理 物流 供应链管理 国际货运代理 文化传媒 广告 教育科技
企业管理咨询 餐饮管理 食品 农业科技 服饰 纺织 家具 包装材料 化工 塑料制品 五金制品 汽车配件 半导体 光电科技
""".split()
SYLLABLES = """
hua xin da tian hai feng yuan long heng sheng jin rui kang bo tai an ding fu guang hong jia kai lan
ming neng peng qi run shun tong wei xiang yi zhi zhong chuang yun shi ke li bei dong nan rong hao
""".split()
STREETS = """
Main Oak Maple Park Market Washington Lake Hill Second Third Broad Church Mill River Center Industrial
""".split()
ROADS = "人民路 中山路 解放路 建设路 科技路 高新大道 创业路 长江路 黄河路 文化路 学院路 工业大道".split()
BLANKET = re.compile(r"(?:\s*[/\\](?:[A-Z]{2,6}|NEW)[/\\]?)+$", re.IGNORECASE)
LEGAL = set(
    "inc corp corporation ltd limited co company plc llc lp sa ag nv se fund trust etf adr bv group "
    "the and of i ii iii iv v".split()
)


def read_json(name: str) -> list[dict[str, str]]:
    """The rows of one of the JSON files."""
    rows = json.loads((DATA / "demo" / name).read_text("utf-8"))
    return list(rows.values()) if isinstance(rows, dict) else rows


def read_csv(name: str, folder: str = "demo") -> list[dict[str, str]]:
    """The rows of one of the CSV files."""
    with (DATA / folder / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def short_name(text: str) -> str:
    """An A-share short name without its spaces and the exchange's marks (`*ST`, `XD`, `Ａ`)."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))
    text = re.sub(r"^(?:XD|XR|DR|N|S?\*?ST|S)(?=[\u4e00-\u9fff])", "", text)
    return re.sub(r"(?<=[\u4e00-\u9fff])[AB]$", "", text)


class Weighted:
    """Values with their cumulated weights, for `random.choices`."""

    def __init__(self, counts: dict[str, int]) -> None:
        self.values = list(counts)
        self.cumulated = list(accumulate(counts.values()))


class Pools:
    """The words, each list read once."""

    @cached_property
    def titles(self) -> list[list[str]]:
        """The words of each SEC filer's name, as written there."""
        seen: dict[str, None] = {}
        for row in read_json("sec_company_tickers__company_tickers.json"):
            seen.setdefault(BLANKET.sub("", row["title"]).strip())
        return [re.sub(r"[,()]", " ", title).split() for title in seen]

    @cached_property
    def firsts(self) -> Weighted:
        """First words of real names, as often as they occur."""
        words = (title[0] for title in self.titles if len(title) > 1)
        return Weighted(
            Counter(
                _case(w) for w in words if w.isalpha() and len(w) > 2 and w.lower() not in LEGAL
            )
        )

    @cached_property
    def trades(self) -> Weighted:
        """What follows the first word in real names, where each of its words is a common one."""
        tails = [[w for w in t[1:] if w.lower().strip(".") not in LEGAL] for t in self.titles]
        common = Counter(word.lower() for tail in tails for word in set(tail))
        phrases = Counter(
            " ".join(_case(word) for word in tail)
            for tail in tails
            if 0 < len(tail) <= 3 and all(common[w.lower()] >= 5 and w.isalpha() for w in tail)
        )
        total = sum(phrases.values())
        phrases.update(dict.fromkeys(TRADES, max(2 * total // len(TRADES), 1)))
        return Weighted(phrases)

    @cached_property
    def marks(self) -> tuple[list[str], list[str]]:
        """Heads and tails of coined first words, to be joined anew."""
        words = [w for w in self.firsts.values if 5 <= len(w) <= 11 and w.isascii()]
        cuts = [(word, len(word) // 2 + (len(word) % 3 == 0)) for word in words]
        return [word[:cut] for word, cut in cuts], [word[cut:].lower() for word, cut in cuts]

    @cached_property
    def surnames(self) -> list[str]:
        """Family names of the Fortune 1000's chief executives."""
        names = (row["CEO"].split() for row in read_csv("fortune1000_2021__Fortune_1000.csv"))
        last = {_case(n[-1] if n[-1] not in {"Jr.", "III", "II"} else n[-2]) for n in names if n}
        return sorted(word.strip(",.") for word in last if word.strip(",.").isalpha())

    @cached_property
    def cities(self) -> list[tuple[str, str]]:
        """City and state of the Fortune 1000, one row per company."""
        rows = read_csv("fortune1000_2021__Fortune_1000.csv")
        return sorted((row["city"], row["state"]) for row in rows if row["city"])

    @cached_property
    def sectors(self) -> list[str]:
        """Sectors of the Fortune 1000."""
        return sorted({row["sector"] for row in read_csv("fortune1000_2021__Fortune_1000.csv")})

    @cached_property
    def shorts(self) -> list[tuple[str, str, str]]:
        """A-share companies: short name, industry, area."""
        rows = read_csv("cn_a_share_2019__stock_basic.csv")
        return [(short_name(row["name"]), row["industry"], row["area"]) for row in rows]

    @cached_property
    def cores(self) -> list[str]:
        """What is a company's own in the A-share short names, without region and trade."""
        found = set()
        for name, _, area in self.shorts:
            if area and name.startswith(area):
                name = name[len(area) :]
            core = name[:2] if len(name) >= 4 else name
            if re.fullmatch(r"[\u4e00-\u9fff]{2,3}", core):
                found.add(core)
        return sorted(found)

    @cached_property
    def han_trades(self) -> list[str]:
        """Trade words of Chinese names: the usual ones, and a long tail."""
        text = (DATA / "golden/org_names/companynameparser/trade.txt").read_text("utf-8")
        tail = sorted({w for w in text.split() if re.fullmatch(r"[\u4e00-\u9fff]{2,6}", w)})
        return HAN_TRADES * max(2 * len(tail) // len(HAN_TRADES), 1) + tail

    @cached_property
    def han_industries(self) -> list[str]:
        """Industries of the A-share list."""
        return sorted({industry for _, industry, _ in self.shorts if industry})

    @cached_property
    def china(self) -> list[tuple[str, ...]]:
        """Chinese cities, each as often as its weight."""
        rows = [tuple(line.split("|")) for line in CHINA.strip().splitlines()]
        return [row for row in rows for _ in range(int(row[-1]))]


def _case(word: str) -> str:
    return word.capitalize() if word.isupper() and len(word) > 3 else word
