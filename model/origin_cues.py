"""Cues that a named place is where a person lives or comes from, not where it happened."""

import re

_HOME_BEFORE = re.compile(
    r"(?:家住|我住|住在|家在|家是|来自|现住|现居|居住在|居住于|户籍|户籍地|户籍所在地|户口|"
    r"户口所在地|老家|籍贯|住址|家庭住址)(?:在|是|为|于|:|,)*\s*$"
)
_SELF_BEFORE = re.compile(
    r"(?:我|我们|本人|俺|申请人|举报人|控告人|信访人)(?:是|系|为|,|:)"
    r"(?:一名|一个|一位)?(?:来自|家住|住在)?\s*$"
)
_PERSON_AFTER = re.compile(
    r"(?:的|本地|当地|一名|一个|普通|老|户籍){0,3}(?:人(?!民)|居民|村民|业主|住户|市民|农民)"
)
_NATIVE_AFTER = re.compile(r"籍(?!贯)|来的|来兰州|人(?=[，,。;、:\s在也)）]|$)")
_CUE_WIDTH = 16


def is_origin(text: str, start: int, end: int) -> bool:
    """Whether the address ``text[start:end]`` (adjacent names together) is someone's origin.

    True for 我家住…, 户籍在…, 我是…人, …籍. The sender's origin decides jurisdiction only where
    nothing else does (人民检察院公益诉讼办案规则 art. 14 asks where the act or the harm is).
    """
    before = text[max(0, start - _CUE_WIDTH) : start]
    if _HOME_BEFORE.search(before) or _NATIVE_AFTER.match(text, end):
        return True
    return bool(_SELF_BEFORE.search(before) and _PERSON_AFTER.match(text, end))
