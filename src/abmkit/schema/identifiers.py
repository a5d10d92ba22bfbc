"""The columns that say which company a row is."""

from __future__ import annotations

from abmkit.schema.column import Column, Look
from abmkit.schema.looks import ADDRESSES, NUMBERS

# A company's name in headers that no list has whole: 当前公司, Organisation Legal Title.
_OF_ENGLISH = "compan(?:y|ies)|organi[sz]ation|business|enterprise|employer|institution|firm|entity"
_NAMED_ENGLISH = (
    rf"^(?:(?:current|present|target|registered|official|full|prospect|client|customer|member) )*"
    rf"(?:(?:{_OF_ENGLISH})(?: s)? (?:(?:legal|official|registered|full|primary|common) )*"
    rf"(?:name|title)|(?<=current )(?:{_OF_ENGLISH})|(?<=target )(?:{_OF_ENGLISH}))$|"
    rf"^name of (?:the |your )?(?:{_OF_ENGLISH})$|"
    r"^(?:registered|official|legal) (?:title|name|company)$"
)
_OF_CHINESE = (
    "(?:公司|企业|单位|机构|组织|商户|厂商|厂家|商家|雇主|集团公司|上市公司|会员单位|"
    "参展单位|采购单位|中标单位|纳税人|被投公司|被投企业|目标公司|目标客户|"
    "学校|院校|高校|大学|学院|中学|小学|幼儿园|医院|诊所|卫生院|药店|药房|酒店|饭店|宾馆|"
    "民宿|餐厅|餐馆|门店|店铺|网店|商铺|商店|超市|商场|银行|券商|证券公司|保险公司|律所|"
    "事务所|协会|商会|学会|基金会|合作社|农场|工厂|药企|车企|房企|旅行社|经销商|代理商|"
    "服务商|供应商|制造商|承包商|开发商|运营商|物业公司|养老院|研究院|研究所|科研院所|"
    "博物馆|图书馆|景区|园区|参展商|展商|品牌商|贸易商|渠道商|集成商|批发商|零售商)"
)
_BEFORE_CHINESE = "(?:当前|目前|现|所在|任职|就职|现任职|工作|目标|意向|主体|登记|注册|工商|客户)"
_NAMED_CHINESE = (
    f"^{_BEFORE_CHINESE}?{_OF_CHINESE}(?:中文|法定|注册|登记|工商|完整|正式)*"
    f"(?:名字|名称|名|全名|全称|抬头|主体)$|"
    "^.{2,4}(?:单位|机构|企业|公司)(?:名称|全称)$|"
    "^(?:参展|采购|中标|会员|投标|申报|获奖|入选|生产|施工)(?:单位|企业|公司)$|"
    f"^(?:工商|注册|登记|法定)+(?:名称|全称)$|^{_BEFORE_CHINESE}{_OF_CHINESE}$"
)

IDENTIFIERS = (
    Column(
        name="account_id",
        label="Account id",
        chinese="客户编号",
        headers="客户ID, 企业编号",
        hints="id, company id, 企业ID, 编号",
        reader="given_id",
        identifies="record",
        counted=False,
    ),
    Column(
        name="crm_id",
        label="CRM id",
        chinese="CRM编号",
        headers=(
            "salesforce id, sfdc id, hubspot id, hs object id, record id, "
            "salesforce account id, hubspot company id, crm account id, "
            "associated company id, associated company ids, primary associated company id"
        ),
        reader="id",
        told=(
            Look(
                "salesforce_accounts", 0.8, "{share} of values are ids of Salesforce accounts", 0.85
            ),
        ),
        identifies="record",
    ),
    Column(
        name="ticker",
        label="Ticker",
        chinese="股票代码",
        headers=(
            "ticker symbol, stock symbol, symbol, stock ticker, 证券代码, 股份代号, ts_code, "
            "公司代號, 股票编号, 上市代码"
        ),
        hints="stock code",
        reader="ticker",
        needed=(Look("tickers", 0.5, "only {share} of values look like tickers"),),
        compared=True,
    ),
    Column(
        name="registry_ids",
        kind="list",
        label="Registry ids",
        chinese="登记机关编号",
        schemes={
            "cik": "cik, cik str, cik number, cik code, central index key",
            "ein": "ein, employer identification number, irs number, fein, tax id ein",
            "lei": "lei, lei code, legal entity identifier",
            "uscc": (
                "uscc, unified social credit code, unified social credit identifier, "
                "统一社会信用代码, 社会信用代码, 信用代码, 税号, 纳税人识别号, "
                "社会统一信用代码, 纳税识别号, credit code, unified social credit code"
            ),
            "vat": (
                "vat, vat number, vat no, vat id, ust id, vat registration number, ust idnr, tva"
            ),
        },
        reader="registry_id",
        needed=(Look("registry", 0.5, "only {share} of values are valid {scheme}", 0.6),),
        told=(
            Look("registry", 0.8, "{share} of values are valid USCC", 0.9, scheme="uscc"),
            Look("registry", 0.8, "{share} of values are valid LEI", 0.9, scheme="lei"),
            Look("registry", 0.8, "{share} of values are valid VAT ids", 0.85, scheme="vat"),
        ),
        identifies="company",
        gathered=True,
        compared=True,
    ),
    Column(
        name="name",
        label="Name",
        chinese="企业名称",
        headers=(
            "company, company name, account name, account, organization, organisation, "
            "organization name, organisation name, org name, legal name, legal entity name, "
            "registered name, business name, company legal name, entity name, firm, "
            "firm name, company or organization, customer name, client name, employer, "
            "issuer, issuer name, corporation, conm, 公司名称, 公司全称, 企业全称, 公司, "
            "企业, 名称, 单位名称, 客户名称, 机构名称, 商户名称, 全称, 中文名称, "
            "公司中文名称, 股份名稱, 法定名称, 企业名, 公司名, 单位全称, 厂商名称, "
            "供应商名称, 展商名称, 参展商, exhibitor, exhibitor name, member name, "
            "registered company name, 会社名, 社名, 法人名, 商号, 회사명, 기업명, 업체명, "
            "current company, present company, target company, current employer, company title, "
            "firma, firmenname, firmenbezeichnung, name der firma, unternehmen, unternehmensname, "
            "raison sociale, dénomination sociale, dénomination, société, entreprise, "
            "nom de l'entreprise, nom de la société, nom entreprise, ragione sociale, "
            "denominazione sociale, azienda, nome azienda, razón social, empresa, "
            "nombre de la empresa, nombre empresa, compañía, razão social, nome da empresa, "
            "bedrijf, bedrijfsnaam, naam bedrijf, nazwa firmy, nazwa, företag, företagsnamn, "
            "virksomhed, virksomhedsnavn, firmanavn, selskap, yritys, yrityksen nimi, "
            "název firmy, cégnév, şirket, şirket adı, компания, название компании, организация"
        ),
        pattern=f"{_NAMED_ENGLISH}|{_NAMED_CHINESE}",
        hints=(
            "title, security, security name, brand, customer, client, 客户, 单位, label, "
            "full name, member, supplier, vendor, 抬头, investor, startup, start up, sponsor, "
            "purchaser, buyer, merchant, retailer, manufacturer, dealer, tenant, licensee, "
            "supplier name, vendor name, investor name, startup name, sponsor name, "
            "purchaser name, buyer name, merchant name, brand name, shop name, store name, "
            "school name, hospital name, university name, hotel name, bank name, dealer name, "
            "manufacturer name, retailer name, agency name, 投资方, 投资机构, 供应商, 品牌, "
            "经销商, 医院, 学校, 酒店, 商家, 厂商, 厂家, 券商"
        ),
        reader="name",
        proof=Look("companies", 0.25, "{share} of values look like company names", 0.5),
        against=(NUMBERS, ADDRESSES),
        told=(Look("different_companies", 0.5, "{share} of values look like company names", 0.6),),
        told_unnamed=(
            Look("different_companies", 0.5, "{share} of values look like company names", 0.85),
        ),
        identifies="company",
        compared=True,
    ),
    Column(
        name="name_key",
        derived=True,
        compared=True,
        survives_with="name",
    ),
    Column(
        name="aliases",
        kind="list",
        label="Also known as",
        chinese="别名",
        headers=(
            "alias, also known as, aka, other names, former name, former names, "
            "previous name, short name, trade name, trading name, dba, doing business as, "
            "english name, 简称, 公司简称, 企业简称, 股票简称, 证券简称, 曾用名, 英文名, "
            "英文名称, 公司英文名称, 品牌名, display name, alternative names, tradestyle, "
            "tradestyle name, enname, short name en, 英文简称, 中文简称, 企业简称(中文), "
            "证券名称, 股票名称, 公司别名, 公司曾用名"
        ),
        pattern=(
            "^(?:公司|企业|单位|机构|证券|股票|上市公司|基金|集团|规范|标准|通用|常用|官方|对外|"
            "品牌|法定|注册|学校|医院|银行|客户|商户)(?:中文|英文)?(?:简称|簡稱)$|"
            r"^(?:(?:company|account|organi[sz]ation|business|firm|exhibitor|legal|full) )*name"
            r" ?\(?(?:en|eng|english|zh|cn|ch|chn|chinese|local|native|original|de|german|fr|french"
            r"|jp|ja|japanese|kr|ko|korean|zh hans|zh hant|zh cn|zh tw|en us|en gb)\)?$|"
            r"^(?:english|chinese|local|native|original|german|french|japanese|korean)"
            r" (?:(?:company|account|organi[sz]ation|legal|full) )*name$"
        ),
        reader="names",
        gathered=True,
        compared=True,
    ),
    Column(
        name="domain",
        label="Website",
        chinese="域名",
        headers=(
            "domain name, company domain, company domain name, email domain, web domain, "
            "website domain, primary domain, 网站域名, 網域, company email domain, "
            "email domains"
        ),
        reader="domain",
        needed=(Look("web_domains", 0.2, "few values are web addresses", 0.6),),
        identifies="company",
        compared=True,
    ),
    Column(
        name="website",
        label="Web address",
        chinese="网址",
        headers=(
            "web site, website url, company website, url, web, home page, homepage url, "
            "web address, web page, site, 官网, 官方网站, 网站, 公司网址, 企业网站, "
            "公司网站, 主页, corporate website, company web site, 官方网址, 公司主页, "
            "企业网址, 公司官网, ホームページ, サイト, 公式サイト, 홈페이지, 웹사이트"
        ),
        hints="link, company url",
        reader="website",
        proof=Look("web_domains", 0.8, "{share} of values are web addresses"),
        needed=(Look("web_domains", 0.2, "few values are web addresses", 0.6),),
        told=(
            Look("sites_of_their_own", 0.95, "{share} of values are web addresses", 0.8),
            Look("sites_often_their_own", 0.8, "{share} of values are web addresses", 0.6),
            Look(
                "sites_that_repeat",
                0.5,
                "web addresses, but only {rest} of their domains differ",
                0.0,
            ),
        ),
        fills="domain",
        survives_with="domain",
    ),
    Column(
        name="other_domains",
        kind="list",
        label="Other websites",
        chinese="其他域名",
        headers=(
            "other domain, additional domains, additional domain, hs additional domains, "
            "domain aliases, domain alias, alternate domains, secondary domains, "
            "secondary domain, other websites, 其他网址"
        ),
        reader="domains",
        gathered=True,
    ),
)
