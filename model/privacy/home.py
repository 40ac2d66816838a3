"""Addresses down to the room, or to the house where someone is said to live.

Parts in the order of GB/T 23705 (building, unit, floor, room). A street, an estate or a building
without a room stays: most clues are about one.
"""

import re

from model.privacy.datum import Kind
from model.privacy.pattern import Pattern, Recogniser

_N = r"[0-9A-Za-z一二三四五六七八九十百]{1,4}"
_BUILDING = rf"{_N} ?(?:号楼|栋|幢|座|号院|#楼?)"
_UNIT = rf"{_N} ?(?:单元|门栋|门洞)"
_FLOOR = rf"{_N} ?(?:层|楼)"
_ROOM = rf"{_N} ?(?:室(?!内|外|友)|户(?!型|主|口)|号房|房(?!间|子|屋|产|东))"
_BARE_ROOM = r"[A-Za-z]?\d{3,4}(?![\d年元块万个名人米平度套亩多号]|病房|教室|办公|诊室|会议|房间)"
_GAP = r"[ ,，、-]?"
_LIVES = re.compile(
    r"家住|住址|住所|户籍|户口|现住|居住|家在|住在|住于|租住|暂住|(?:家庭|收货|通讯|联系)地址|邮寄|寄到|寄至|租的房"
)

_HOUSE = r"(?P<value>[附]?\d{1,4} ?号(?:附\d{1,3}号)?)(?![线楼院])"
_PATTERNS = (
    rf"(?:{_BUILDING}{_GAP})?{_UNIT}{_GAP}(?:{_FLOOR}{_GAP})?(?:{_ROOM}|{_BARE_ROOM})",
    rf"(?:{_BUILDING}{_GAP})?{_UNIT}{_GAP}{_FLOOR}(?:[东西中左右]户?)?",
    rf"{_BUILDING}{_GAP}(?:{_FLOOR}{_GAP})?(?:[0-9A-Za-z]{{2,5}} ?室|{_BARE_ROOM})",
    # 5-2-301, behind the name of an estate or with 室; 12-5-2023 is a date.
    r"(?<=[区苑园寓院府城庄湾楼里庭郡])\d{1,2}[-—]\d{1,2}(?:[-—]\d{1,2})?[-—]"
    r"(?!19|20\d\d)\d{3,4}(?:室|号)?(?!\d)",
    rf"(?<![0-9-])\d{{1,2}}[-—]{_N}[-—]\d{{3,4}} ?室",
    # A house in a village, told by its group: 三社15号.
    rf"[村庄沟坪][一二三四五六七八九十\d]{{1,3}}[社组队] ?{_HOUSE}",
)
_PATTERNS_OF_A_HOME = (rf"[路街巷道里村社组队庄沟坪] ?{_HOUSE}", rf"{_BUILDING}{_GAP}{_UNIT}")

HOME = Recogniser(
    Kind.HOME,
    (
        *(Pattern(re.compile(pattern)) for pattern in _PATTERNS),
        *(Pattern(re.compile(pattern), context=_LIVES) for pattern in _PATTERNS_OF_A_HOME),
    ),
)
