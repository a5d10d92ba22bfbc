"""The columns that say what a company does, and how large it is."""

from __future__ import annotations

from abmkit.schema.column import Column, Look
from abmkit.schema.looks import ADDRESSES, NUMBERS

LISTED = {
    True: (
        "public, public company, publicly traded, publicly held, publicly listed, listed, "
        "listed company, public limited company, public corporation, went public, ipo, "
        "上市, 已上市, 上市公司, 公众公司, 股票上市"
    ),
    False: (
        "private, private company, privately held, privately owned, private held, unlisted, "
        "not listed, delisted, pre-ipo, private limited company, self-employed, self employed, "
        "self-owned, sole proprietorship, partnership, 非上市, 未上市, 未上市公司, 非上市公司"
    ),
}
"""Whether a company is listed, by words for its kind as LinkedIn, Crunchbase and CRMs have them."""
_KINDS = ", ".join(
    [
        *LISTED.values(),
        "subsidiary, branch, division, joint venture, for profit, for-profit, franchise, "
        "cooperative, limited liability company, llc, other, others, 有限责任公司, 股份有限公司, "
        "个体工商户, 合伙企业, 个人独资企业, 分公司, 子公司, 其他",
    ]
)
"""Words for a company's kind that are understood and are none of the values of a column."""

FIRMOGRAPHICS = (
    Column(
        name="industry",
        label="Industry",
        chinese="行业",
        headers=(
            "industry name, primary industry, company industry, sector, vertical, "
            "industries, industry group, gics sector, business sector, industry category, "
            "industry classification, 所属行业, 行业分类, 行业类别, 行业名称, 产业, "
            "所属产业, linkedin industry, d b hoovers industry, main industry, 产业别, 产业类别, "
            "证监会行业, 所属证监会行业, 所属申万行业, 申万行业, 行业领域, 经营行业, "
            "所在行业, 業種, 業界, 업종, 산업"
        ),
        hints="gics sub industry, sub industry, category, 二级行业, 行业大类",
        headquarters=True,
        reader="shown",
        against=(NUMBERS, ADDRESSES),
        compared=True,
    ),
    Column(
        name="industry_code",
        label="Industry code",
        chinese="行业分类代码",
        hints="industry code",
        schemes={
            "naics": (
                "naics, naics code, primary naics, primary naics code, us naics 2022 code, "
                "us naics 2017 code, naics 2022 code"
            ),
            "sic": (
                "sic, sic code, primary sic, primary sic code, us sic, us sic 1987 code, "
                "sic 1987 code, sic4 code"
            ),
            "isic": "isic, isic code",
            "nace": "nace, nace code",
            "gbt4754": "国民经济行业代码, 行业代码, 国标行业代码",
        },
        reader="industry_code",
        survives_with="industry",
    ),
    Column(
        name="employees",
        kind="int64",
        label="Employees",
        chinese="员工人数",
        headers=(
            "employee count, number of employees, num of employees, no of employees, "
            "nb employees, num employees, employee number, employees total, total employees, "
            "full time employees, head count, employee size, employee range, "
            "employees range, number of staff, staff count, company size, workforce, 员工数, "
            "员工数量, 员工规模, 人员规模, 企业人数, 公司人数, 从业人数, 从业人员, 职工人数, "
            "参保人数, 在职员工, 人数, size range, current employee estimate, "
            "employees all sites, employees here, employees worldwide, global employees, "
            "estimated num employees, estimated number of employees, estimated employees, "
            "员工总数, 在职员工总数, 员工人数范围, 社保人数, 雇员人数, 人员数量, 従業員数, "
            "社員数, 職員数, 직원수, 종업원수"
        ),
        hints="size, scale, staff, 规模, 企业规模, 公司规模",
        reader="count",
        proof=Look("people", 0.5, "{share} of values count people"),
        needed=(Look("readable_numbers", 0.5, "few values can be read as numbers", least=1),),
        told=(Look("people_bands", 0.8, "{share} of values are bands of people", 0.7),),
        interval=True,
        # The largest employers of the world have some 2.3 million people (Walmart, 2024).
        plausible=(None, 5_000_000),
    ),
    Column(
        name="employees_min",
        kind="int64",
        label="Employees from",
        chinese="员工人数下限",
        reader="count",
        end_of="employees",
    ),
    Column(
        name="employees_max",
        kind="int64",
        label="Employees to",
        chinese="员工人数上限",
        reader="count",
        end_of="employees",
    ),
    Column(
        name="revenue",
        kind="double",
        label="Revenue",
        chinese="营业收入",
        headers=(
            "revenues, annual revenue, annual revenues, total revenue, company revenue, "
            "estimated revenue, estimated annual revenue, revenue range, annual sales, "
            "net sales, sales revenue, turnover, annual turnover, 营收, 年营收, 年营业额, "
            "营业额, 年收入, 年销售额, 主营业务收入, 营业总收入, 年度营收, "
            "estimated revenue range, inferred revenue, sales volume, annual sales volume, "
            "revenue usd, 年产值, 年销售收入, 销售收入, 売上高, 年商, 매출액"
        ),
        hints="sales, 销售额, 收入",
        reader="amount",
        needed=(Look("readable_numbers", 0.5, "few values can be read as numbers", least=1),),
        interval=True,
        money=True,
    ),
    Column(
        name="revenue_min",
        kind="double",
        label="Revenue from",
        chinese="营业收入下限",
        reader="amount",
        end_of="revenue",
        money=True,
    ),
    Column(
        name="revenue_max",
        kind="double",
        label="Revenue to",
        chinese="营业收入上限",
        reader="amount",
        end_of="revenue",
        money=True,
    ),
    Column(
        name="founded_year",
        kind="int64",
        label="Founded",
        chinese="成立年份",
        headers=(
            "founded, year founded, year established, established, established year, "
            "founding year, founding date, founded date, founded on, date founded, "
            "year of foundation, incorporation year, year incorporated, incorporation date, "
            "date of incorporation, year started, 成立时间, 成立日期, 成立年, 创立时间, "
            "创办时间, 创立年份, 注册日期, 注册时间, 建立时间, year of founding, founding, "
            "date established, 成立於, 创建时间, 建立年份, 設立, 設立年, 設立年月, 創業年, "
            "설립연도, 설립일"
        ),
        reader="year",
        needed=(Look("years", 0.5, "only {share} of values name a year"),),
        # The oldest companies that still trade are from the sixth century, but hardly one before
        # 1300.
        plausible=(1300, None),
    ),
    Column(
        name="company_type",
        label="Company type",
        chinese="企业类型",
        hints="company type, 公司类型, 企业类型, company category, 企业机构类型, 类型",
        reader="choice",
        proof=Look("vocabulary", 0.8, "{share} of values are company types", 0.5),
        needed=(Look("vocabulary", 0.3, "only {share} of values are company types"),),
        instead="relationship",
        values={
            "startup": "start up, start-up, 初创, 初创企业, 初创公司, 创业公司",
            "sme": (
                "smb, small and medium enterprise, small business, mid market, midmarket, "
                "mid-market, 中小企业, 中小企業, 小微企业, 中型企业, 小型企业, 微型企业"
            ),
            "group": (
                "enterprise, large enterprise, corporation, conglomerate, multinational, "
                "集团, 集團, 大型企业, 大企业, 跨国公司, 集团公司"
            ),
            "public_sector": (
                "public sector, government, government agency, public administration, "
                "public institution, ngo, non-profit, nonprofit, not for profit, charity, "
                "education, educational, educational institution, government entity, "
                "政府, 政府机构, 事业单位, 公共部门, 机关, 社会团体, 非营利组织, 民办非企业单位"
            ),
        },
        elsewhere=_KINDS,
    ),
    Column(
        name="listed",
        kind="bool",
        label="Listed",
        chinese="是否上市",
        headers="is listed, publicly listed, publicly traded, is public, public company",
        hints="上市状态, listing status, ipo status",
        reader="listed",
        proof=Look("listed_or_not", 0.8, "{share} of values say yes or no"),
        needed=(Look("listed_or_not", 0.5, "only {share} of values say yes or no"),),
    ),
    Column(
        name="ownership",
        label="Ownership",
        chinese="企业性质",
        headers=("ownership type, 公司性质, 所有制, 单位性质, act ent type, 所有制性质, 经济类型"),
        reader="choice",
        values={
            "state": (
                "state owned, state-owned, soe, government, government owned, government agency, "
                "国有, 國有, 国企, 國企, 央企, 国有企业, 国有控股, 中央国有企业, 地方国有企业"
            ),
            "private": (
                "privately held, privately owned, private company, private held, "
                "private limited company, self employed, self-employed, self-owned, "
                "sole proprietorship, family owned, private equity owned, 民营, 民營, 民企, 私营, "
                "私有, 民营企业, 私营企业, 私人公司, 内资"
            ),
            "foreign": (
                "foreign owned, foreign-owned, wfoe, 外资, 外資, 外企, 外商独资, 外商投资, "
                "外资企业, 外商独资企业, 中外合资, 合资, 港澳台, 港澳台资"
            ),
        },
        elsewhere=_KINDS,
    ),
    Column(
        name="funding_stage",
        label="Funding stage",
        chinese="融资阶段",
        headers=(
            "last funding type, last equity funding type, last funding round, last funding stage, "
            "latest funding stage, latest funding round, latest funding type, "
            "last financing deal type, last round type, 融资轮次, 最新融资轮次, 最近融资轮次, "
            "当前融资轮次, 最新轮次, 当前轮次, 获投轮次"
        ),
        hints="funding type, funding round, 轮次",
        reader="choice",
        proof=Look("vocabulary", 0.8, "{share} of values are funding stages"),
        needed=(Look("vocabulary", 0.3, "only {share} of values are funding stages"),),
        values={
            "unfunded": (
                "bootstrapped, self funded, no funding, 未融资, 尚未获投, 未获投, 不需要融资"
            ),
            "pre_seed": "pre-seed, pre-seed round, accelerator/incubator",
            "angel": "angel round, angel (individual), 天使, 天使轮, 天使+轮, 天使投资",
            "seed": "seed round, 种子, 种子轮",
            "series_a": (
                "series a, a, early stage vc, a轮, a+轮, a++轮, pre-a轮, pre-a+轮, a1轮, a2轮, "
                "a轮融资"
            ),
            "series_b": "series b, b, b轮, b+轮, b++轮, pre-b轮, b1轮, b2轮, b轮融资",
            "series_c": "series c, c, c轮, c+轮, c++轮, pre-c轮, c1轮, c2轮, c轮融资",
            "series_d_plus": (
                "series d, series e, series f, series g, series h, series i, series j, "
                "later stage vc, d轮, d+轮, e轮, e+轮, f轮, g轮, h轮, pre-ipo, d轮及以上"
            ),
            "private_equity": "private equity, pe growth/expansion, buyout/lbo, 私募, 私募融资",
            "strategic": "corporate round, corporate, 战略投资, 战略融资, 战略轮",
            "debt": "debt financing, convertible note, debt - general, 债权融资, 可转债",
            "grant": "grant funding, non-equity assistance, 政府补助",
            "public": (
                "ipo, post-ipo equity, post-ipo debt, post-ipo secondary, listed, public offering, "
                "已上市, 上市, ipo上市, 主板上市, 上市公司, 新三板, 新三板挂牌, 定向增发, 上市定增"
            ),
            "acquired": "merger/acquisition, m&a, acquisition, 并购, 已被收购, 被收购, 收购",
        },
    ),
    Column(
        name="potential",
        kind="double",
        label="Potential",
        chinese="客户潜力",
        headers=(
            "account potential, estimated potential, revenue potential, potential value, 潜在价值"
        ),
        reader="amount",
        needed=(Look("readable_numbers", 0.5, "few values can be read as numbers", least=1),),
        money=True,
    ),
    Column(
        name="technologies",
        kind="list",
        label="Technologies",
        chinese="技术栈",
        headers=(
            "tech stack, technology stack, technographics, 使用技术, web technologies, "
            "technologies used"
        ),
        reader="list",
    ),
    Column(
        name="description",
        label="Description",
        chinese="公司简介",
        headers=(
            "company description, short description, about, about us, business description, "
            "简介, 企业简介, 经营范围, 描述, 主营业务, summary, full description, 业务范围, "
            "主要产品, 主营产品, 经营业务"
        ),
        against=(NUMBERS,),
    ),
)
REGISTERED = (
    Column(
        name="registered_capital",
        kind="double",
        chinese="注册资本",
        headers="注册资金, 注册资本金",
        reader="capital",
    ),
    Column(
        name="registration_status",
        chinese="登记状态",
        headers="登記狀態, 经营状态, 企业状态, 企业经营状态",
    ),
)
"""What a register says of a company: recognised, and kept as a source's own."""
