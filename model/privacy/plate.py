"""Licence plates.

GA 36-2018: province, office, five characters, or six for new-energy vehicles (D or F first or
last among them); no I, no O. The last may be 挂, 学, 警, 港 or 澳.
"""

import re

from model.privacy.datum import Kind
from model.privacy.pattern import Pattern, Recogniser

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_CHARACTER = "[A-HJ-NP-Za-hj-np-z0-9]"
_GAP = "[·•.・ -]{0,2}"

PLATE = Recogniser(
    Kind.PLATE,
    (
        Pattern(
            re.compile(
                rf"[{_PROVINCES}] ?[A-HJ-NP-Za-hj-np-z]{_GAP}{_CHARACTER}(?: ?{_CHARACTER}){{3,4}}"
                rf" ?[A-HJ-NP-Za-hj-np-z0-9挂学警港澳](?![0-9A-Za-z])"
            ),
            lambda text: sum(character.isdigit() for character in text) >= 2,
        ),
    ),
)
