# ruff: noqa: SIM905
"""What registrants of an event are called, do, write from and work for."""

from __future__ import annotations

FIRST = """
Anna James Maria David Sarah Michael Laura Robert Emily John Julia Peter Nina Thomas Olivia Mark
Sofia Daniel Grace Kevin Priya Ahmed Yuki Carlos Ingrid Pavel Fatima Liam Chloe Hugo
""".split()
LAST = """
Miller Garcia Novak Schmidt Rossi Kim Patel Johansson Dubois Brown Silva Murphy Cohen Ivanova
Wright Nguyen Larsen Moreau Fischer Khan Taylor Lopez Weber Janssen Costa
""".split()
HAN_LAST = "王李张刘陈杨赵黄周吴徐孙"
HAN_FIRST = "伟芳娜敏静磊洋艳勇杰婷浩宇欣怡"
TITLES = (
    """
VP Marketing|Head of Procurement|IT Director|CTO|Sales Manager|Data Analyst|Chief of Staff
Engineer|Product Manager|Director, Operations|Finance Manager|Consultant|Student|CEO|Purchasing
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
HAN_TITLES = """
市场总监 采购经理 技术总监 销售经理 数据分析师 总经理 工程师 产品经理
""".split()
FREE = """
gmail.com yahoo.com outlook.com hotmail.com icloud.com aol.com
""".split()
HAN_FREE = """
qq.com 163.com 126.com sina.com foxmail.com gmail.com
""".split()
BAD = [
    "",
    "",
    "n/a",
    "none",
    "{0}@",
    "{0}.gmail.com",
    "{0}@@gmail.com",
    "{0} at gmail dot com",
    "-",
]
NICKNAMES = {
    "IBM": "International Business Machines",
    "General Electric": "GE",
    "Procter & Gamble": "P&G",
    "Johnson & Johnson": "J&J",
    "General Motors": "GM",
    "UPS": "United Parcel Service",
    "Hewlett Packard Enterprise": "HPE",
    "American Express": "Amex",
    "Bank of America": "BofA",
    "JPMorgan Chase": "JP Morgan",
    "Ford Motor": "Ford",
    "Walt Disney": "Disney",
    "Coca-Cola": "Coke",
    "Goldman Sachs Group": "Goldman",
    "Lockheed Martin": "Lockheed",
}
STRANGERS = (
    """
Kleinmann Werkzeugbau GmbH|Hatherley & Finch Solicitors|Pont Neuf Conseil
Bluebird Catering Northwich|Tallinn Data Works|Ostrava Strojirny|Casa Moreno Muebles
Greenfinch Primary School|Self-employed|Freelance|University of Leicester|Ministry of Transport
Retired|苏州宏图伟业贸易有限公司|个体户|天津滨海双语学校|深圳市小蚂蚁电子商行|杭州云栖民宿管理有限公司|自由职业|成都巴适餐饮管理有限公司
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
# Close to a listed company by name, and another company.
NEAR = (
    """
Delta Dental of Oregon|Apple Valley Bakery|Target Shooting Club|Ford & Sons Plumbing
Chevron Roofing|Oracle Tarot Readings|Union Pacific Coffee Roasters|Visa Consultants Mumbai
Alphabet Nursery|Dominion Church of God|Republic Bank of Chad|General Mills Family Dentistry
Gap Year Travel Ltd|United Natural Stone|Waters Edge Marina|Crown Jewellers Leeds
Ball Room Dance Studio|Best Buy Carpets|北京万科幼儿园|平安物业清洁队|上海茅台路便利店|长城脚下民宿|格力健身俱乐部|招商路小学
中信街道办事处
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
