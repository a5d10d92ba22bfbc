"""The columns of a list of people: who they are, and which of them may not be written to.

A header that may say more than one thing is told by a pattern: `Email opt-out` is no address.
"""

from __future__ import annotations

from abmkit.schema.column import Column, Entity, Look
from abmkit.schema.permissions import PERMISSIONS

PEOPLE = Entity(
    "people",
    (
        *PERMISSIONS,
        Column(
            name="email",
            label="E-mail",
            chinese="邮箱",
            pattern=r"e-?mail(?!.*(?:opt|consent|status|domain))|邮箱|郵箱|邮件地址|电子邮",
            mentions=r"e-?mail|邮箱|邮件",
            told=(Look("mailboxes", 0.6, "{share} of values are e-mail addresses", 0.85),),
        ),
        Column(
            name="full_name",
            label="Name",
            chinese="姓名",
            headers=(
                "name, display name, customer, customer name, client name, user name, "
                "名字, 名称, 客户名, 客户名称, 用户名, 用户名称"
            ),
            mentions=r"(?:first|last|full|family|given)[ _]?name|surname|person|姓名",
        ),
        Column(
            name="company",
            label="Company",
            chinese="公司",
            pattern=(
                r"^(?:(?:associated |current )?company|organi[sz]ation|account|employer|business"
                r"|firm|institution)(?: ?name)?$"
                r"|^(?:所在|工作|客户)?(?:公司|企业|单位|机构)(?:名称?|全称)?$"
            ),
        ),
        Column(
            name="phone",
            label="Phone",
            chinese="手机",
            mentions=r"phone|mobile|\btel\b|\bfax\b|电话|手机|传真",
        ),
        Column(
            name="contact",
            label="Contact",
            chinese="联系人",
            mentions=r"contact|联系",
        ),
        Column(
            name="role",
            label="Role",
            chinese="职务",
            mentions=(
                r"\b(?:ceo|cfo|cto|coo)\b|chief|founder\b|director|president|chair|manager"
                r"|represent|法人|法定代表|负责人|董事长|创始人|经理|老板"
            ),
        ),
    ),
)
