"""What to ask the sender when facts are missing: a message ready to be sent, to be read first."""

from collections.abc import Collection

_ASKED = {
    "place": "事情发生的具体地点（区县、街道或乡镇、小区或单位名称），或者办理案件的机关名称",
    "time": "事情发生或者您发现的时间，现在是否还在持续",
    "short": "事情的经过、涉及的人或单位（不必写证件号码），以及您希望解决什么",
}
_NAMES = {"place": "地点或办案机关", "time": "时间", "short": "经过和诉求"}
_NUMBERS = "一二三"


def gaps(missing: Collection[str], reasons: Collection[str]) -> list[str]:
    """Which facts are missing, as keys of this module, in the order in which they are asked."""
    found = set(missing) | ({"short"} if "too_short" in reasons else set())
    return [key for key in _ASKED if key in found]


def gap_names(keys: Collection[str]) -> str:
    return "、".join(_NAMES[key] for key in keys)


def question(keys: Collection[str]) -> str:
    """The message; empty where nothing is missing."""
    if not keys:
        return ""
    asked = [_ASKED[key] for key in keys]
    if len(asked) == 1:
        wanted = asked[0]
    else:
        wanted = "；".join(f"{_NUMBERS[i]}、{text}" for i, text in enumerate(asked))
    return (
        f"您好，您反映的情况已收到。为便于尽快办理，请补充：{wanted}。"
        "可直接回复本消息，如有人正处于危险之中，请立即拨打110。"
    )
