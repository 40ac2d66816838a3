"""Column names as offices write them, and which column of a labelled file they mean."""

import re
from collections.abc import Mapping

from training.labelled_clue import CLUE_COLUMNS, LABEL_COLUMNS, OTHER_COLUMNS

ANNOTATIONS = "annotations"
COLUMNS = (*CLUE_COLUMNS, *LABEL_COLUMNS, *OTHER_COLUMNS, ANNOTATIONS)
_ALSO_CALLED = {
    "text": (
        "正文",
        "线索正文",
        "内容",
        "线索内容",
        "来信内容",
        "诉求内容",
        "留言内容",
        "content",
        "detail",
    ),
    "clue_id": ("编号", "线索编号", "受理编号", "id"),
    "title": ("标题", "主题"),
    "channel": ("渠道", "来源渠道"),
    "location": ("地点", "位置", "事发地"),
    "submitted_at": ("提交时间", "来信时间", "受理时间"),
    "module": ("模块", "主模块", "所属模块"),
    "secondary_modules": ("次要模块", "其他模块"),
    "urgency": ("紧急程度", "缓急", "紧急"),
    "function": ("承办职能", "职能"),
    "source": ("来源",),
    "labeller": ("标注人", "标注员"),
    "labelled_at": ("标注时间", "标注日期"),
    "note": ("备注", "说明"),
    "author_group": ("作者组",),
    "split": ("划分", "数据集"),
    ANNOTATIONS: ("各人标注",),
}
_BY_NAME = {
    name.lower(): column for column, names in _ALSO_CALLED.items() for name in (column, *names)
}
_HINT = re.compile(r"[（(](?:必填|必选|选填|可选|可不填|单选|多选)[）)]$")


def canonical(name: str) -> str:
    """The column that a heading means; a heading that means none stays as it is."""
    plain = name.strip()
    return _BY_NAME.get(_HINT.sub("", plain.lower().rstrip("*＊:：")), plain)


def canonical_values(values: Mapping[str, object]) -> dict[str, object]:
    """The same values under the columns that their names mean; the first of two wins."""
    found: dict[str, object] = {}
    for name, value in values.items():
        found.setdefault(canonical(name), value)
    return found
