"""The words around a name that tell it from any other words, and whose it is by them.

What speaks for a name is the surname in front and the words before or behind (compare the context
words of Microsoft Presidio's recognisers): a list of given names would hold half the language.
"""

import re
from dataclasses import dataclass
from enum import Enum

from model.privacy.surnames import COMPOUND, SINGLE, TITLES
from model.privacy.words import HAN

_STEM = rf"(?:{'|'.join(COMPOUND)}|[{''.join(sorted(SINGLE))}])"
_NAME = rf"(?P<name>{_STEM}(?!{'|'.join(TITLES)})[{HAN}]{{1,2}})"
_SAYS = r"(?:的?(?:名字|姓名))?[ \t]*(?:[:：】]|叫做?|名叫)[ \t“\"【]{0,3}"
_MAY_SAY = r"(?:的?(?:名字|姓名))?(?:是|为|系)?[ \t（(“\"]{0,2}"

_SELF = r"(?:我的?名字(?:是|叫)|(?<![管喊把被给让了])我(?:名|就)?叫|本人(?:名叫|叫|姓名)|署名)"
_PERHAPS_SELF = r"(?:本人(?:是|系)?|我是|我系)"
_SENDER = (
    r"(?:(?<!被)(?:实名)?(?:举报|投诉|反映|控告|信访|来信|来电|来访|报案|报料|诉求|联系|求助|申诉|上访|检举|"
    r"反应|留言|写信|落款|具名|申请|控诉|反馈|监护)人|(?<![\u4e00-\u9fff])姓名)"
)
_PARTY = (
    r"(?:当事人|被告人?|原告|被害人|受害人|受害者|被害者|嫌疑人|被举报人|被申请人|被投诉人|被控告人|被执行人|申请执行人|"
    r"证人|死者|伤者|罪犯|服刑人员|上诉人|法定代表人|法人代表?|负责人|代理人|辩护人|肇事者|司机|施暴者|嫌犯|"
    r"第三人|担保人|借款人|债务人|债权人|承包人|包工头|户主|男方|女方|对方|名叫|化名|网名|叫做|其中|一个叫|有个叫|自称)"
)
_CHILD = (
    r"(?:儿子|女儿|孩子|小孩|娃娃?|孙子|孙女|外孙女?|侄子|侄女|外甥女?|弟弟|妹妹|学生|同学|男童|女童|幼童|小朋友|"
    r"男孩|女孩|丫头|闺女|尕娃|未成年人|少年|男生|女生)"
)
_ADULT = (
    r"(?:丈夫|妻子|老公|老婆|爱人|媳妇|父亲|母亲|爸爸|妈妈|我爸|我妈|公公|婆婆|岳父|岳母|哥哥|姐姐|我哥|我姐|"
    r"大伯|舅舅|姑姑|表哥|表弟|堂弟|女婿|儿媳|前夫|前妻|男友|女友|邻居|同事|老板|房东|班主任|校长|老师(?!傅)|教师|主任|书记|"
    r"局长|所长|院长|队长|村长|社长|镇长|县长|法官|检察官|民警|辅警|医生|律师|会计(?!师)|经理|董事长|股东|村民|员工|职工|工人|患者)"
)
_BEHIND = (
    r"(?=[,，、(（ \t]{1,2}(?:[男女](?:[,，、)）。 ]|\d|性)|[汉回藏满]族|东乡族|身份证|公民身份|"
    r"生于|出生|\d{1,3}岁|现年|今年\d|(?:19|20)\d\d年\d{0,2}月?\d{0,2}日?(?:出)?生|户籍|(?:联系)?电话))"
)
_HONORIFIC = (
    r"(?=先生|女士|小姐|同志|老师|校长|主任|书记|法官|检察官|警官|民警|律师|医生|大夫|经理|老板|局长|所长|院长|"
    r"队长|村长|镇长|同学|小朋友|师傅|会计|"
    r"厅长|市长|县长|区长|处长|科长|厂长|店长|园长|教授|博士|医师|干部|秘书)"
)

# Without a Chinese surname (才让卓玛, 阿不都·买买提): up to where the writer stops.
_ANY_NAME = rf"(?P<name>[{HAN}·]{{2,8}})(?=[^{HAN}A-Za-z0-9*·]|$)"


class Role(Enum):
    """Whom the words around say it is."""

    SENDER = "sender"
    CHILD = "child"
    PARTY = "party"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Context:
    """``certain`` ones leave no doubt that a name stands in the group ``name`` of ``regex``."""

    role: Role
    regex: re.Pattern[str]
    certain: bool


ANY_NAME_CONTEXTS = (
    Context(
        Role.SENDER,
        re.compile(rf"(?:{_SELF}[:：“\" ]{{0,2}}|{_SENDER}[ \t]*[:：】][ \t]*){_ANY_NAME}"),
        True,
    ),
    Context(Role.CHILD, re.compile(rf"{_CHILD}的?(?:名字叫|叫|名叫|姓名)[:： ]?{_ANY_NAME}"), True),
    Context(
        Role.PARTY,
        re.compile(rf"(?:(?<!其)[他她哥姐弟妹爸妈伯舅](?:名|就|大名)?叫|{_PARTY}[:：]){_ANY_NAME}"),
        True,
    ),
)
"""Contexts so strong that even a word without a surname in front is a name."""

CONTEXTS = (
    Context(Role.SENDER, re.compile(rf"{_SELF}[:：,，“\" ]{{0,2}}{_NAME}"), True),
    Context(Role.SENDER, re.compile(rf"{_SENDER}{_SAYS}{_NAME}"), True),
    Context(Role.SENDER, re.compile(rf"{_SENDER}{_MAY_SAY}{_NAME}"), False),
    Context(
        Role.SENDER, re.compile(rf"{_PERHAPS_SELF}{_NAME}(?=[,，。、(（ \n]|实名|今年|现年)"), False
    ),
    Context(Role.CHILD, re.compile(rf"{_CHILD}{_SAYS}{_NAME}"), True),
    Context(Role.CHILD, re.compile(rf"{_CHILD}{_MAY_SAY}{_NAME}"), False),
    Context(
        Role.PARTY,
        re.compile(rf"(?:(?<!其)[他她哥姐弟妹爸妈伯舅](?:名|就|大名)?叫|{_PARTY}{_SAYS}){_NAME}"),
        True,
    ),
    Context(Role.PARTY, re.compile(rf"{_PARTY}{_MAY_SAY}{_NAME}"), False),
    Context(Role.PARTY, re.compile(rf"{_ADULT}(?:名?叫)?[（(“\" ]?{_NAME}"), False),
    Context(Role.UNTOLD, re.compile(rf"{_NAME}{_BEHIND}"), False),
    Context(Role.UNTOLD, re.compile(rf"{_NAME}{_HONORIFIC}"), False),
    Context(Role.SENDER, re.compile(rf"敬礼[!！。\s]*{_NAME}(?=\s|$|(?:19|20)\d\d[年.-])"), False),
    Context(Role.SENDER, re.compile(rf"\n[ \t]*{_NAME}\s*(?=$|(?:19|20)\d\d[年.-])"), False),
)
"""Contexts in which a surname and one or two characters are a name."""
