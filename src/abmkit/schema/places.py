"""The columns that say where a company is."""

from __future__ import annotations

from abmkit.schema.column import Column, Look
from abmkit.schema.looks import ADDRESSES, NUMBERS, STATES_OF_AFFAIRS

PLACES = (
    Column(
        name="country",
        label="Country",
        chinese="国家",
        headers=(
            "country name, country code, country/region, country or region, nation, "
            "hq country, headquarters country, company country, billing country, "
            "billing country code, country of incorporation, 国别, 国家/地区, 所在国家, "
            "注册国家, location country, country iso code, country iso, registered country, "
            "country iso2, country iso3, country iso 2, country iso 3, iso country, "
            "iso country code, country alpha 2, country alpha 3, "
            "注册地国, 外国企业注册地国, 国家代码, 国, 国名, 국가"
        ),
        headquarters=True,
        reader="country",
        proof=Look("country_names", 0.8, "{share} of values are countries"),
        needed=(
            Look("country_names", 0.2, "few values are countries", 0.45, least=1),
            Look("country_names", 0.5, "few values are countries", 0.6, least=1),
        ),
        told=(Look("spelled_countries", 0.9, "values are countries", 0.7),),
        compared=True,
    ),
    Column(
        name="region",
        label="Region",
        chinese="省份",
        headers=(
            "state, state/province, state or province, province, state code, state name, "
            "hq state, billing state, billing state/province, company state, state/region, "
            "省, 省市, 所属省份, 所在省份, 所属省, 省/直辖市, province state, "
            "state or province abbreviation, 注册省份, 省级, 都道府県"
        ),
        hints="region, area, 地区, 地域, 区域, 所在地区, 所属地区, county",
        headquarters=True,
        reader="region",
        proof=Look("regions", 0.7, "{share} of values are regions", 0.45),
        unproven=0.45,
        instead="country",
        against=(NUMBERS, ADDRESSES, STATES_OF_AFFAIRS),
        told_unnamed=(Look("several_regions", 0.9, "{share} of values are regions", 0.7),),
        fills="city",
        after=("country",),
        compared=True,
        survives_with="city",
        valid="^[A-Z]{2}-[A-Z0-9]{1,3}$",
    ),
    Column(
        name="city",
        label="City",
        chinese="城市",
        headers=(
            "town, hq city, headquarters city, company city, billing city, city name, "
            "所在城市, 所属城市, 市, 总部城市, 所属市, locality, post town, city town, "
            "城市名称, 市区町村"
        ),
        headquarters=True,
        reader="shown",
        against=(NUMBERS, ADDRESSES),
        compared=True,
    ),
    Column(
        name="postal_code",
        label="Postal code",
        chinese="邮编",
        headers=(
            "post code, zip, zip code, zip/postal code, billing zip, billing postal code, "
            "邮政编码, 郵遞區號, zip or postal code, zip postcode, 郵便番号, 우편번호"
        ),
        headquarters=True,
        reader="postal_code",
        after=("country", "region"),
        compared=True,
        survives_with="city",
    ),
    Column(
        name="address",
        label="Address",
        chinese="地址",
        headers=(
            "street, street address, address line 1, full address, company address, "
            "billing street, billing address, registered address, office address, 公司地址, "
            "企业地址, 注册地址, 办公地址, 联系地址, 详细地址, 通讯地址, 总部地址, street 1, "
            "street address 1, address line1, address1, company street, "
            "company street address, 住址, 经营地址, 所在地址, 住所, 本社所在地, 本社住所, "
            "주소"
        ),
        places=(
            "location, headquarters, headquarters location, headquarter, hq, hq location, "
            "head office, office location, company location, 总部, 总部所在地, 所在地, "
            "公司所在地"
        ),
        headquarters=True,
        reader="shown",
        against=(NUMBERS,),
        compared=True,
        survives_with="city",
        masked="unread",
    ),
)
