"""What part a named place plays: where it happened, somebody's home, or only spoken of.

Three roles, told by the words around the name. ``scene``: it may have happened there. ``home``:
somebody lives or comes from there (我家住…, 户籍在…, 我是…人, …籍). ``passing``: named for
something else – where somebody works or was taken to hospital, what a place was once called, where
goods come from, what one has heard.

A place in Lanzhou is a scene unless something says otherwise. A place elsewhere is one only if it
is written as an address or with its organ (定西市安定区, 天水监狱), for a bare 新疆 or 西安 is
nearly always a journey, a customer or a relative (in 57 of 60 read of the shipped clues that name
no other place), and to send a citizen elsewhere by mistake costs more than to ask.
"""

import re
from typing import Literal

Role = Literal["scene", "home", "passing"]

_WIDTH = 16

_HOME_BEFORE = re.compile(
    r"(?:家住|我住|住在|(?<![一这那有哪厂商店国卖买人邻居])家[在是]|"
    r"(?:^|[,。;!?:、\s]|[我们人俺咱民工户生名个位](?:都|也|就|均|全)?是?)来自|现住|现居|居住在|居住于|户籍|户籍地|户籍所在地|户口|"
    r"户口所在地|老家|籍贯|住址|家庭住址)(?:在|是|为|于|:|,)*\s*$"
)
_SELF_BEFORE = re.compile(
    r"(?:我|我们|本人|俺|申请人|举报人|控告人|信访人)(?:是|系|为|,|:)"
    r"(?:一名|一个|一位)?(?:来自|家住|住在)?老?\s*$"
)
_PERSON_AFTER = re.compile(
    r"(?:的|本地|当地|一名|一个|普通|老|户籍){0,3}(?:人(?!民)|居民|村民|业主|住户|市民|农民)"
)
_NATIVE_AFTER = re.compile(r"籍(?!贯)|来的|来兰州|人(?=[，,。;、:\s在也)）]|$)")

_FORMER = re.compile(
    r"(?:以前|之前|原来|原先|过去|早先|早年|早些年|当年|曾经|先前|前些年|旧时|旧称|古称|民国|解放前)"
    r"[^,。;!?、\s]{0,3}$|(?<![养终月])[老旧古]$"
)
_HEARD = re.compile(
    r"(?:听说|据说|网上|新闻|报道|电视|抖音|快手|比如|例如|就像|不像|不如|好比|有人说)[^,。;!?\s]{0,6}$"
)
_REGISTERED = re.compile(
    r"(?:注册|登记|总部|总公司|身份证|户名)(?:地址?|上)?(?:还)?(?:在|是|于|为|写着|写的是|自称在)?$"
)
_TAKEN_TO = re.compile(r"(?:送到|送去|送往|送进|转到|转去|转往|转院到|抬到|拉到)了?$")
_HOSPITAL = re.compile(r".*院")
_MOVED_FROM = re.compile(r"(?:从|由)$")
_MOVING = re.compile(
    r"(?:那边|那面|这边)?(?:过来|来|回|[拉运寄调赶坐买](?![到往去])|发货|搬|进货|嫁|毕业)"
)
_STAY_AFTER = re.compile(
    r"(?:那边|那里|市里|城里)?(?:打工|务工|上班|工作|上学|上大学|读书|读大|念书|念大学|出差|旅游|"
    r"做生意|跑车|跑运输|当兵|养老|带孩子|带娃|治病|看病|看眼|住院|躺着|做手术|抢救|骨伤科|的?病房)"
)
_SOMEBODY_AFTER = re.compile(
    r"(?:[调拉运买请派招]来|口音|牌照|车牌|牌的|产的|生产的|话(?![费吧])|"
    r"(?:那边|那面)?(?:的|一个|一家|某)?(?:客户|商人|司机|亲戚|老乡|同学|朋友|网友|厂家|总部|快递))"
)
_OLD_TOWN_AFTER = re.compile(r"(?:旧治|旧城|故城|古城)")

_ADMINISTRATIVE = re.compile(r".(?:市|县|区|旗|自治州|临夏州|甘南州)")
_ORGAN_AFTER = re.compile(
    r"(?:省|市|县|区|州)?(?:[一二三四五]|第[一二三四五])?(?:高级|中级|基层)?(?:人民)?"
    r"(?:检察院|法院|中院|高院|公安局|公安厅|派出所|看守所|监狱|戒毒所|未管所|拘留所)"
)


def role_of(text: str, start: int, end: int, *, far: bool) -> Role:
    """The role of the place ``text[start:end]``, names that touch each other taken together.

    ``far``: it lies outside Lanzhou. ``text`` is cleaned. The sender's origin decides jurisdiction
    only where nothing else does (人民检察院公益诉讼办案规则 art. 14: where the act or the harm is).
    """
    before = text[max(0, start - _WIDTH) : start]
    if _is_home(text, before, end):
        return "home"
    if far and _ORGAN_AFTER.match(text, end):
        return "scene"
    if far and not _ADMINISTRATIVE.search(text, start, end):
        return "passing"
    return "passing" if _in_passing(text, before, start, end) else "scene"


def _is_home(text: str, before: str, end: int) -> bool:
    if _HOME_BEFORE.search(before) or _NATIVE_AFTER.match(text, end):
        return True
    return bool(_SELF_BEFORE.search(before) and _PERSON_AFTER.match(text, end))


def _in_passing(text: str, before: str, start: int, end: int) -> bool:
    return bool(
        any(cue.search(before) for cue in (_FORMER, _HEARD, _REGISTERED))
        or any(cue.match(text, end) for cue in (_STAY_AFTER, _SOMEBODY_AFTER, _OLD_TOWN_AFTER))
        or (_TAKEN_TO.search(before) and _HOSPITAL.match(text, start, end + 2))
        or (_MOVED_FROM.search(before) and _MOVING.match(text, end))
    )
