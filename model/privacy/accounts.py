"""Names under which a person is found in messengers, told by the word before.

WeChat: 6 to 20 letters, digits, “_” or “-”, a letter first (Tencent's own rule; older accounts
are a telephone number or a QQ number). QQ: 5 to 12 digits, the first not 0.
"""

import re

from model.privacy.datum import Kind
from model.privacy.pattern import Pattern, Recogniser

_IS = r"(?:号码?|ID|id|账号|帐号|同号)?[ \t]*(?:是|为)?[ \t]*[:：(]?[ \t]*"

WECHAT = Recogniser(
    Kind.WECHAT,
    (
        Pattern(
            re.compile(
                rf"(?:[微薇威]信|[Vv]信|(?<![A-Za-z])(?:[Ww][Xx]|[Vv][Xx]|[Ww]e[Cc]hat|[Ww]eixin))"
                rf"{_IS}(?P<value>[A-Za-z0-9][A-Za-z0-9_-]{{5,19}})(?![A-Za-z0-9_-])"
            ),
            lambda name: name.lower() not in {"wechat", "weixin"},
        ),
    ),
)
QQ = Recogniser(
    Kind.QQ,
    (
        Pattern(
            re.compile(
                rf"(?:(?<![A-Za-z])[Qq]{{2}}|扣扣|企鹅)(?:群|邮箱)?{_IS}(?P<value>[1-9]\d{{4,11}})(?!\d)"
            )
        ),
    ),
)  # fmt: skip
