# ruff: noqa: SIM905
"""Words and places of the second population (`census.py`), none of them those of `pools.py`.

Names are heavy-tailed: the first of a list are far commoner than the last (Zipf), and behind each
list stands a long tail of coined ones.
"""

from __future__ import annotations

from itertools import accumulate, product
from typing import Any

SURNAMES = """
Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez
Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark
Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams
Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker
Cruz Edwards Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper
Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson Watson Brooks Chavez Wood James
Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo Sanders Patel Myers Long Ross Foster Jimenez
""".split()
SURNAMES_OF = {
    "DE": "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch "
    "Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann "
    "Lange Krause Lehmann Köhler Huber Kaiser Fuchs Jung Möller Günther Böhm Vogel",
    "FR": "Bernard Dubois Durand Moreau Laurent Lefèvre Michel Bertrand Roux Fournier Girard "
    "Bonnet Dupont Lambert Fontaine Rousseau Blanc Guérin Boyer Chevalier Gauthier Perrin Mercier",
    "ES": "García Fernández González Rodríguez López Martínez Sánchez Pérez Gómez Muñoz Álvarez "
    "Romero Navarro Domínguez Gil Vázquez Serrano Ramos Blanco Suárez Molina Ortega Iglesias",
}
GIVEN = """
Mike Joe Tony Bob Anna Maria Frank Sam Nick Jim Rosa Lucy Dave Paul Steve Rick Gina Carlos Tom Max
""".split()
VIRTUES = """
Precision Elite Quality Reliable Express Total Perfect Classic Diamond Platinum Royal Crown Titan Crystal
Sunrise Sunset Evergreen Riverside Lakeside Mountain Valley Coastal Bay Ocean Harbor Island Prairie
Frontier Freedom Patriot Victory Champion Champions Integrity Trinity Unity Harmony Infinity Vision Insight
Compass Keystone Cornerstone Landmark Milestone Bridge Gateway Crossroads Family Community Neighborhood
Hometown Country Village City Urban Rapid Swift Bright Clear Fresh Pure Natural Organic Smart Digital
Creative Dynamic Innovative Strategic Integrated Complete Affordable Professional Executive Preferred
""".split()
HEADS = """
al ar ax bel bri cal cor cy da del dor el en fer fi gal gen gra hel hex in jo kal ki lan lex li lor
ma mer mi mon na ner no ol or pal per po qua ra re ro sa sel si sol ta ter ti tor ul va ver vi wel xa zen
""".split()
MIDS = "ba ca da di fo ga go ka la le li lo ma mi mo na ne ni no pa ra ri ro sa se ta ti to va vi".split()
TAILS = """
bit cast com core dale data dex fix flow form gate go graph grid hub ics io iq ix label leaf link logic
lux man mark mart max mesh mind nova nix on ora path plex point port pro quest rise scan scape sense
shift soft span spark sys ta tix ton tra tro us vance ver vex vista ware wave way wise works yx zo
""".split()
LAST = """
berg stein feld haus mann ford ton well wood ham worth ridge brook field land ley more den wick burn
sen son ski sky ovic escu elli ini etti ano aro eira ado ault eau ier ard
""".split()

TRADES = (
    """
Plumbing|Auto Repair|Landscaping|Construction|Law Firm|Dental Care|Real Estate|Insurance|Cleaning
Services|Electric|Heating and Air|Painting|Trucking|Restaurant|Pizza|Salon|Accounting|Consulting|Homes
Transport|Family Dentistry|Chiropractic|Towing|Pest Control|Tree Service|Carpet Cleaning|Photography
Flooring Center|Remodeling|Concrete|Welding|Machine Shop|Tool and Die|Wealth Management|Mortgage
Tax Service|Animal Hospital|Pharmacy|Eye Care|Physical Therapy|Home Health|Child Care|Academy|Farms
Nursery|Florist|Jewelry|Furniture Gallery|Appliance|Tire Center|Body Shop|Car Wash|Storage|Moving
Security Systems|IT Services|Software Labs|Web Design|Print Shop|Signs|Staffing Agency|Travel Agency
Event Planning|Catering Company|Coffee Roasters|Brewery|Bakehouse|Wine Merchants|Seafood|Meats
Analytics Group|Biosciences|Therapeutics|Diagnostics|Medical Devices|Aerospace|Composites|Castings
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
TRADES_OF = {
    "DE": "Elektrotechnik|Sanitär|Malerbetrieb|Autohaus|Gartenbau|Bäckerei|Metallbau|Spedition|"
    "Steuerberatung|Ingenieurbüro|Zahnarztpraxis|Tischlerei|Dachdecker|Reisebüro|Druckerei",
    "FR": "Plomberie|Boulangerie|Menuiserie|Électricité|Garage|Assurances|Immobilier|Traiteur|"
    "Maçonnerie|Peinture|Paysages|Imprimerie|Pharmacie|Optique|Ambulances",
    "ES": "Fontanería|Construcciones|Talleres|Transportes|Asesoría|Panadería|Carpintería|"
    "Instalaciones|Reformas|Muebles|Seguros|Inmobiliaria|Electricidad|Viajes|Hostelería",
}
FORMS = {
    "US": ["LLC", "LLC", "LLC", "Inc", "Inc.", "Corp", "PLLC", "P.C.", "", ""],
    "GB": ["Ltd", "Limited", "Limited", "LLP", ""],
    "CA": ["Inc.", "Ltd.", "Limited", ""],
    "IE": ["Ltd", "DAC", "Limited"],
    "DE": ["GmbH", "GmbH", "UG (haftungsbeschränkt)", "e.K.", "OHG", "GmbH & Co. KG"],
    "FR": ["SARL", "SAS", "EURL", "SASU"],
    "ES": ["S.L.", "S.L.", "S.A.", "S.L.U."],
    "AU": ["Pty Ltd", "Pty Limited"],
}
FORM_VARIANTS = {
    "LLC": ["L.L.C.", "llc", ""], "Inc": ["Incorporated", "Inc.", ""], "Inc.": ["Inc", "Incorporated", ""],
    "Corp": ["Corporation", "Corp.", ""], "Ltd": ["Limited", "Ltd.", ""], "Limited": ["Ltd", "Ltd.", ""],
    "Ltd.": ["Limited", "Ltd", ""], "GmbH": ["Gesellschaft mit beschränkter Haftung", "gmbh", ""],
    "GmbH & Co. KG": ["GmbH & Co KG", "KG", ""], "SARL": ["S.A.R.L.", ""], "SAS": ["S.A.S.", ""],
    "S.L.": ["SL", "Sociedad Limitada", ""], "S.A.": ["SA", ""], "Pty Ltd": ["Pty. Ltd.", "P/L", ""],
    "Pty Limited": ["Pty Ltd", ""], "PLLC": ["P.L.L.C.", ""], "P.C.": ["PC", ""], "S.L.U.": ["SLU", ""],
}  # fmt: skip
SHORT = {
    "Services": ["Svcs", "Svc"], "Service": ["Svc"], "Construction": ["Const", "Constr."],
    "Insurance": ["Ins", "Ins."], "Management": ["Mgmt"], "Center": ["Ctr"], "Company": ["Co"],
    "Associates": ["Assoc."], "Group": ["Grp"], "Professional": ["Prof"], "Mountain": ["Mtn"],
    "Family": ["Fam"], "Academy": ["Acad"], "Agency": ["Agcy"], "Systems": ["Sys"], "Medical": ["Med"],
    "Heating": ["Htg"], "and": ["&", "+"], "Transport": ["Trans"], "Photography": ["Photo"],
}  # fmt: skip
SECTORS = "Trades|Retail|Hospitality|Health|Finance|Legal|Technology|Manufacturing|Transport|Education".split(
    "|"
)
SECTORS_CN = (
    "批发零售|餐饮住宿|制造业|信息技术|建筑业|居民服务|交通运输|商务服务|农林牧渔|科研服务".split(
        "|"
    )
)

COUNTRIES = {"US": 46, "GB": 15, "DE": 12, "FR": 8, "ES": 7, "CA": 5, "AU": 5, "IE": 2}
COUNTRY_SPELLINGS = {
    "US": ["US", "USA", "United States", "United States of America"],
    "GB": ["GB", "UK", "United Kingdom", "Great Britain"],
    "DE": ["DE", "Germany", "Deutschland"],
    "FR": ["FR", "France"],
    "ES": ["ES", "Spain", "España"],
    "CA": ["Canada"],
    "AU": ["AU", "Australia"],
    "IE": ["IE", "Ireland"],
    "CN": ["CN", "中国", "China", "PRC"],
}
TLDS = {
    "US": ["com", "com", "com", "net", "biz"], "GB": ["co.uk", "uk", "com"], "CA": ["ca"],
    "IE": ["ie"], "DE": ["de"], "FR": ["fr"], "ES": ["es", "com"], "AU": ["com.au"],
    "CN": ["cn", "com.cn", "com", "net"],
}  # fmt: skip
# city|region|dialling code|how its postal codes begin, from the largest
CITIES = {
    "US": """Phoenix|Arizona|602|850;San Antonio|Texas|210|782;San Diego|California|619|921
Jacksonville|Florida|904|322;Columbus|Ohio|614|432;Indianapolis|Indiana|317|462;Seattle|Washington|206|981
Denver|Colorado|303|802;Nashville|Tennessee|615|372;Oklahoma City|Oklahoma|405|731
Portland|Oregon|503|972;Las Vegas|Nevada|702|891;Louisville|Kentucky|502|402;Baltimore|Maryland|410|212
Milwaukee|Wisconsin|414|532;Albuquerque|New Mexico|505|871;Tucson|Arizona|520|857
Sacramento|California|916|958;Kansas City|Missouri|816|641;Omaha|Nebraska|402|681;Raleigh|North Carolina|919|276
Virginia Beach|Virginia|757|234;Tulsa|Oklahoma|918|741;Wichita|Kansas|316|672;Boise|Idaho|208|837
Spokane|Washington|509|992;Des Moines|Iowa|515|503;Springfield|Missouri|417|658;Springfield|Illinois|217|627
Columbia|South Carolina|803|292;Columbia|Missouri|573|652;Portland|Maine|207|041;Jackson|Mississippi|601|392
Franklin|Tennessee|615|370;Salem|Oregon|503|973;Fairview|Texas|972|750;Georgetown|Texas|512|786
Burlington|Vermont|802|054;Dayton|Ohio|937|454;Akron|Ohio|330|443;Tacoma|Washington|253|984
Billings|Montana|406|591;Fargo|North Dakota|701|581;Sioux Falls|South Dakota|605|571;Provo|Utah|801|846
Reno|Nevada|775|895;Lubbock|Texas|806|794;Mobile|Alabama|251|366;Augusta|Georgia|706|309;Naples|Florida|239|341""",
    "GB": """Nottingham|Nottinghamshire|115|NG;Liverpool|Merseyside|151|L;Newcastle upon Tyne|Tyne and Wear|191|NE
Leicester|Leicestershire|116|LE;Edinburgh|Scotland|131|EH;Southampton|Hampshire|23|SO;Portsmouth|Hampshire|23|PO
Derby|Derbyshire|1332|DE;Plymouth|Devon|1752|PL;Norwich|Norfolk|1603|NR;Swansea|Wales|1792|SA;York|North Yorkshire|1904|YO
Oxford|Oxfordshire|1865|OX;Exeter|Devon|1392|EX;Aberdeen|Scotland|1224|AB;Belfast|Northern Ireland|28|BT""",
    "DE": """Bremen|Bremen|421|28;Dortmund|Nordrhein-Westfalen|231|44;Essen|Nordrhein-Westfalen|201|45
Dresden|Sachsen|351|01;Bonn|Nordrhein-Westfalen|228|53;Münster|Nordrhein-Westfalen|251|48;Karlsruhe|Baden-Württemberg|721|76
Mannheim|Baden-Württemberg|621|68;Augsburg|Bayern|821|86;Wiesbaden|Hessen|611|65;Kiel|Schleswig-Holstein|431|24
Freiburg|Baden-Württemberg|761|79;Mainz|Rheinland-Pfalz|6131|55;Rostock|Mecklenburg-Vorpommern|381|18""",
    "FR": """Nice|Provence-Alpes-Côte d'Azur|493|06;Montpellier|Occitanie|467|34;Reims|Grand Est|326|51
Dijon|Bourgogne-Franche-Comté|380|21;Angers|Pays de la Loire|241|49;Nîmes|Occitanie|466|30;Brest|Bretagne|298|29
Limoges|Nouvelle-Aquitaine|555|87;Tours|Centre-Val de Loire|247|37;Amiens|Hauts-de-France|322|80""",
    "ES": """Madrid|Madrid|91|28;Barcelona|Cataluña|93|08;Valencia|Comunidad Valenciana|96|46;Sevilla|Andalucía|95|41
Zaragoza|Aragón|976|50;Málaga|Andalucía|95|29;Murcia|Murcia|968|30;Bilbao|País Vasco|94|48;Valladolid|Castilla y León|983|47""",
    "CA": "Quebec City|Quebec|418|G1;Hamilton|Ontario|905|L8;Kitchener|Ontario|519|N2;Victoria|British Columbia|250|V8;Regina|Saskatchewan|306|S4",
    "AU": "Gold Coast|Queensland|7|421;Wollongong|New South Wales|2|250;Townsville|Queensland|7|481;Ballarat|Victoria|3|335",
    "IE": "Dublin|Leinster|1|D0;Cork|Munster|21|T1;Galway|Connacht|91|H9;Limerick|Munster|61|V9",
}  # fmt: skip
CITY_VARIANTS = {
    "Newcastle upon Tyne": ["Newcastle"], "Las Vegas": ["N Las Vegas", "LAS VEGAS"], "San Antonio": ["San Anton"],
    "Münster": ["Muenster"], "Freiburg": ["Freiburg im Breisgau"], "Sevilla": ["Seville"], "Quebec City": ["Québec"],
    "Oklahoma City": ["OKC"], "Kansas City": ["KC"], "Zaragoza": ["Saragossa"], "Mainz": ["Mainz am Rhein"],
}  # fmt: skip
STREETS = {
    "US": "Elm|Cedar|Pine|Walnut|Sunset|Highland|Jefferson|Lincoln|Madison|Franklin|Union|Spring|Ridge|Meadow|Prospect".split("|"),
    "DE": "Hauptstraße|Bahnhofstraße|Gartenstraße|Schulstraße|Dorfstraße|Lindenstraße|Kirchstraße".split("|"),
    "FR": "rue de la République|avenue Jean Jaurès|rue Pasteur|place de la Mairie|rue Gambetta".split("|"),
    "ES": "Calle Mayor|Avenida de la Constitución|Calle Real|Paseo del Prado|Calle del Sol".split("|"),
}  # fmt: skip

# city, province, pinyin, dialling code, postal code's beginning, districts; from the largest
CITIES_CN = (
    """
广州 广东 Guangzhou 20 510 荔湾区,海珠区,白云区,番禺区|成都 四川 Chengdu 28 610 锦江区,青羊区,金牛区,双流区
武汉 湖北 Wuhan 27 430 江岸区,硚口区,武昌区,汉阳区|杭州 浙江 Hangzhou 571 310 上城区,拱墅区,萧山区,富阳区
西安 陕西 Xi'an 29 710 碑林区,莲湖区,未央区,长安区|郑州 河南 Zhengzhou 371 450 中原区,二七区,管城区,惠济区
济宁 山东 Jining 537 272 任城区,兖州区|潍坊 山东 Weifang 536 261 奎文区,潍城区|临沂 山东 Linyi 539 276 兰山区,罗庄区
徐州 江苏 Xuzhou 516 221 云龙区,泉山区|南通 江苏 Nantong 513 226 崇川区,通州区|扬州 江苏 Yangzhou 514 225 广陵区,邗江区
绍兴 浙江 Shaoxing 575 312 越城区,柯桥区|金华 浙江 Jinhua 579 321 婺城区,金东区|台州 浙江 Taizhou 576 318 椒江区,黄岩区
惠州 广东 Huizhou 752 516 惠城区,惠阳区|中山 广东 Zhongshan 760 528 石岐街道,小榄镇|汕头 广东 Shantou 754 515 龙湖区,金平区
漳州 福建 Zhangzhou 596 363 芗城区,龙文区|赣州 江西 Ganzhou 797 341 章贡区,南康区|岳阳 湖南 Yueyang 730 414 岳阳楼区,云溪区
洛阳 河南 Luoyang 379 471 涧西区,西工区|襄阳 湖北 Xiangyang 710 441 襄城区,樊城区|绵阳 四川 Mianyang 816 621 涪城区,游仙区
贵阳 贵州 Guiyang 851 550 南明区,云岩区|南宁 广西 Nanning 771 530 青秀区,兴宁区|太原 山西 Taiyuan 351 030 小店区,迎泽区
兰州 甘肃 Lanzhou 931 730 城关区,七里河区|唐山 河北 Tangshan 315 063 路北区,路南区|保定 河北 Baoding 312 071 竞秀区,莲池区
乌鲁木齐 新疆 Urumqi 991 830 天山区,沙依巴克区|呼和浩特 内蒙古 Hohhot 471 010 新城区,回民区|海口 海南 Haikou 898 570 龙华区,美兰区
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
SIGNS = """
鑫xin 华hua 盛sheng 达da 恒heng 瑞rui 丰feng 泰tai 金jin 源yuan 兴xing 宏hong 顺shun 和he 众zhong 诚cheng 信xin 通tong
天tian 德de 海hai 龙long 旺wang 福fu 润run 鼎ding 晟sheng 凯kai 利li 隆long 祥xiang 美mei 佳jia 博bo 创chuang 远yuan
荣rong 弘hong 锦jin 嘉jia 宇yu 腾teng 辉hui 亿yi 汇hui 益yi 正zheng 卓zhuo 云yun 智zhi 尚shang 悦yue 康kang 友you
聚ju 合he 腾teng 翔xiang 欣xin 杰jie 耀yao 禾he 景jing 峰feng 林lin 森sen 川chuan 河he 江jiang 晨chen 阳yang 月yue 星xing
鸿hong 铭ming 轩xuan 逸yi 领ling 航hang 卓zhuo 迈mai 锐rui 朗lang 启qi 思si 维wei 优you 品pin 尔er 洁jie 雅ya 颐yi 澜lan 沐mu 序xu 柏bai
""".split()
TRADES_CN = """
商贸|Trading;建材|Building Materials;装饰工程|Decoration Engineering;机电设备|Electromechanical Equipment
餐饮管理|Catering Management;电子商务|E-commerce;广告传媒|Advertising Media;人力资源|Human Resources;汽车销售|Auto Sales
汽车服务|Auto Service;物业服务|Property Service;园林绿化|Landscaping;劳务|Labor Service;运输|Transport;货运代理|Freight Forwarding
医药|Pharmaceutical;医疗科技|Medical Technology;生物技术|Biotechnology;农业开发|Agricultural Development
水产养殖|Aquaculture;食品饮料|Food and Beverage;服装|Garment;鞋业|Shoes;家居用品|Home Furnishing;玻璃制品|Glass Products
钢结构|Steel Structure;模具|Mould;阀门|Valve;电缆|Cable;仪器仪表|Instruments;传感器|Sensors;机器人|Robotics;软件开发|Software Development
数据服务|Data Services;文化创意|Cultural Creativity;旅行社|Travel Agency;教育咨询|Education Consulting;财务咨询|Financial Consulting
知识产权代理|Intellectual Property Agency;环境工程|Environmental Engineering;新型材料|New Materials;光学仪器|Optical Instruments
""".replace("\n", ";").strip(";").split(";")  # fmt: skip
FORMS_CN = (
    ["有限公司"] * 14
    + ["有限责任公司"] * 3
    + ["股份有限公司"]
    + ["（个人独资）", "厂", "中心（有限合伙）"]
)
SHOPS = "小吃店 便利店 超市 理发店 五金店 服装店 水果店 烟酒店 饭店 面馆 早餐店 药店 汽修厂 洗衣店 文具店 花店 奶茶店 烧烤店 快餐店 茶行".split()
SHOP_MARKS = """
老王 老李 老张 小李 好又多 天天 阿姨 美味 家家乐 福满多 顺发 鑫鑫 兴旺 大众 为民 惠民 便民 红太阳 新世纪 好运来 百姓 乐家 万家
幸福 平安 如意 吉祥 金龙 东方红 好日子 一家人 快乐 时尚 新潮 老街坊 邻里 佳佳 红红 丽丽 小芳 阿强 老兵 四季 君悦 川味 湘味 沙县 兰州
""".split()
ROADS_CN = "建设路 人民路 和平路 胜利街 新华路 北京路 迎宾大道 工业路 中心街 滨河路 文昌路 朝阳路 振兴路 东风路".split()


def zipf(values: Any, exponent: float = 1.0, shift: float = 1.0) -> tuple[list[Any], list[float]]:
    """Values with cumulated weights, the first the commonest."""
    values = list(values)
    weights = (1 / (rank + shift) ** exponent for rank in range(len(values)))
    return values, list(accumulate(weights))


COINED_SURNAMES = [
    (a + m + t).capitalize()
    for a, m, t in product(HEADS[:40], MIDS[:20], LAST)
    if len(a + m + t) < 11
]
