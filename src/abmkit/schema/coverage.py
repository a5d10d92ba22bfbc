"""The columns that say how a company is reached, whose it is, and who sells to it."""

from __future__ import annotations

from abmkit.schema.column import Column, Look
from abmkit.schema.looks import ADDRESSES, NUMBERS

COVERAGE = (
    Column(
        name="phone",
        label="Phone",
        chinese="电话",
        headers=(
            "phone number, telephone, tel, company phone, corporate phone, 联系电话, "
            "公司电话, 电话号码, company hq phone, main phone, main telephone, 总机, "
            "总机电话, 公司总机, 固定电话, 電話番号, 代表電話, 전화번호"
        ),
        headquarters=True,
        reader="phone",
        needed=(Look("phones", 0.5, "only {share} of values look like phone numbers"),),
        after=("country", "region"),
        compared=True,
        reaches=True,
        masked="always",
    ),
    Column(
        name="linkedin_url",
        label="LinkedIn",
        chinese="领英",
        headers=(
            "linkedin, company linkedin url, linkedin company page, linkedin company url, "
            "linkedin link, linkedin profile, linkedin company page url, "
            "linkedin company profile url, company linkedin"
        ),
        reader="link",
        needed=(Look("linkedin", 0.3, "only {share} of values are LinkedIn addresses"),),
        told=(
            Look(
                "linkedin_companies",
                0.8,
                "{share} of values are companies' LinkedIn addresses",
                0.85,
            ),
        ),
        compared=True,
        masked="unread",
    ),
    Column(
        name="parent_name",
        label="Parent company",
        chinese="母公司",
        headers=(
            "parent, parent company, parent account, parent account name, "
            "parent company name, subsidiary of, ultimate parent, global ultimate parent, "
            "上级公司, 母公司名称, 母公司全称, 所属集团, 集团名称, 集团, ultimate parent company, "
            "ultimate parent company name, immediate parent company name, "
            "global ultimate company name, global ultimate business name, 所属集团公司"
        ),
        reader="shown",
        against=(NUMBERS, ADDRESSES),
    ),
    Column(
        name="parent_domain",
        label="Parent website",
        chinese="母公司域名",
        headers="parent company domain, parent website",
        reader="site",
        survives_with="parent_name",
    ),
    Column(
        name="parent_id",
        label="Parent id",
        chinese="母公司编号",
        headers="parent account id, parent company id",
        reader="id",
        survives_with="parent_name",
    ),
    Column(
        name="relationship",
        label="Relationship",
        chinese="客户关系",
        headers=(
            "relationship type, account type, customer type, customer status, client status, "
            "客户类型, 客户状态, customer relationship, business relationship, relation, "
            "crm status, customer flag, 合作状态, 合作关系, 关系类型, 客户关系类型, 企业关系, "
            "成交状态"
        ),
        hints=(
            "lifecycle stage, lifecyclestage, type, account stage, account status, "
            "customer type code, 客户阶段, 客户级别, 客户性质, 客户属性, 生命周期阶段"
        ),
        reader="choice",
        proof=Look("vocabulary", 0.8, "{share} of values are relationships", 0.5),
        instead="company_type",
        # A few customers among what else a column says are customers all the same.
        needed=(Look("vocabulary", 0.01, "only {share} of values are relationships"),),
        values={
            "prospect": (
                "prospects, prospective customer, prospective client, lead, leads, target, "
                "suspect, mql, sql, sal, subscriber, new, cold, warm, marketing qualified lead, "
                "sales qualified lead, marketingqualifiedlead, salesqualifiedlead, "
                "target account, new business, potential customer, potential, non customer, "
                "not a customer, no customer, interessent, 潜在客户, 潛在客戶, 潜在, 潜客, "
                "意向客户, 意向, 线索, 目标客户, 准客户, 陌生客户, 公海客户, 未成交, 未成交客户, "
                "未合作, 未签约, 初步接触, 新线索, 待开发, 待开发客户, 非客户"
            ),
            "open_opportunity": (
                "open opportunity, opportunity, in pipeline, pipeline, active opportunity, "
                "open deal, opportunities, evaluating, evaluation, in negotiation, negotiation, "
                "trial, 商机, 商機, 跟进中, 跟进, 在谈, 谈判中, 洽谈中, 商机客户, 跟进客户, "
                "试用, 试用客户"
            ),
            "customer": (
                "customers, client, clients, current customer, existing customer, "
                "active customer, active, customer - direct, customer - channel, closed won, "
                "won, evangelist, paying customer, live customer, customer direct, "
                "customer channel, install base, installed base, installed, subscribed customer, "
                "kunde, bestandskunde, cliente, klant, 客户, 客戶, 现有客户, 现有客戶, 已成交, "
                "成交, 成交客户, 成交客戶, 老客户, 签约客户, 已签约, 已签约客户, 签约, 正式客户, "
                "合作客户, 已合作, 已合作客户, 合作中, 存量客户, 付费客户, 在保客户, 续费客户, "
                "活跃客户, 已付费"
            ),
            "former_customer": (
                "former customer, former client, ex customer, ex client, past customer, "
                "previous customer, lost customer, churned, churned customer, churn, cancelled, "
                "canceled, inactive customer, closed customer, terminated, lapsed, "
                "customer lost, 流失客户, 流失客戶, 前客户, 已流失, 流失, 历史客户, 终止合作, "
                "已终止, 沉睡客户, 停止合作, 已停用"
            ),
            "partner": (
                "partners, channel partner, channel partner / reseller, technology partner, "
                "alliance, alliance partner, installation partner, integrator, "
                "system integrator, systems integrator, implementation partner, "
                "solution partner, referral partner, strategic partner, consultant, affiliate, "
                "isv, msp, 合作伙伴, 合作夥伴, 伙伴, 渠道伙伴, 战略伙伴, 生态伙伴, 集成商, "
                "战略合作伙伴, 渠道合作伙伴"
            ),
            "distributor": (
                "distributors, reseller, resellers, dealer, agent, var, value added reseller, "
                "vendor / distributor, 经销商, 經銷商, 代理商, 分销商, 渠道商, 渠道, 代理, 经销"
            ),
            "competitor": (
                "competitors, competition, competing vendor, rival, 竞争对手, 競爭對手, 竞品, "
                "友商, 同行, 竞争者, 竞品公司, 竞争企业, 竞争客户"
            ),
        },
        elsewhere=(
            "analyst, investor, press, media, supplier, vendor, influencer, other, others, none, "
            "partner other, unqualified, disqualified, nurture, 其他, 其它, 供应商, 媒体, "
            "投资方, 投资人, 普通客户, 重点客户, 一般客户, 无效客户"
        ),
        protected=(
            "customer",
            "competitor",
            "partner",
            "distributor",
            "open_opportunity",
            "former_customer",
            "prospect",
        ),
    ),
    Column(
        name="do_not_contact",
        kind="bool",
        label="Do not contact",
        chinese="勿联系",
        reader="objection",
        protected=(True,),
    ),
    Column(
        name="territory",
        label="Territory",
        chinese="销售区域",
        headers="sales territory, sales region, account territory, 大区, 所属大区, 销售大区",
    ),
    Column(
        name="owner",
        label="Owner",
        chinese="客户负责人",
        headers=(
            "account owner, account manager, account executive, company owner, sales owner, "
            "sales rep, 负责人, 客户经理, 销售负责人, record owner, 所有人, 所属销售, "
            "跟进人"
        ),
        hints="sales agent",
        against=(NUMBERS, Look("companies", 0.5, "{share} of values look like companies")),
        masked="always",
    ),
    Column(
        name="segment",
        label="Segment",
        chinese="细分市场",
        headers="market segment, customer segment, account segment, 客户细分, 客户分类",
    ),
    Column(
        name="channel_partner",
        label="Channel partner",
        chinese="渠道伙伴",
        headers="reseller, 渠道商",
        reader="shown",
    ),
    Column(
        name="as_of",
        kind="date",
        label="Known as of",
        chinese="数据日期",
        headers=(
            "as of date, last updated, last modified, last modified date, updated at, "
            "update date, data date, 更新时间, 更新日期, last modified on, modified on, "
            "modified time, last update, last updated date, 最后更新时间, 修改时间"
        ),
        reader="date",
        counted=False,
    ),
    Column(
        name="source",
        derived=True,
    ),
    Column(
        name="source_row",
        kind="int64",
        derived=True,
    ),
)
