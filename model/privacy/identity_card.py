"""Citizen identity numbers.

GB 11643-1999: region (6), date of birth (8), serial number (3), check character by ISO 7064
MOD 11-2; checked by ``stdnum.cn.ric``, which also knows which regions there were in which year.
The form before 1999 (GB 11643-1989) had 15 digits: two of the year, and no check character.
Certificates of disability (残疾人证) hold the identity number and two more digits.
"""

import re
from datetime import date

from stdnum import numdb
from stdnum.cn import ric

from model.privacy.datum import Kind
from model.privacy.pattern import SEPARATOR, Pattern, Recogniser, digit_run, digits_of


def _is_valid(text: str) -> bool:
    return bool(ric.is_valid(digits_of(text)))


def _is_old_form(text: str) -> bool:
    digits = digits_of(text)
    if not any("county" in properties for _, properties in numdb.get("cn/loc").info(digits[:6])):
        return False
    try:
        date(1900 + int(digits[6:8]), int(digits[8:10]), int(digits[10:12]))
    except ValueError:
        return False
    return True


IDENTITY_CARD = Recogniser(
    Kind.IDENTITY_CARD,
    (
        Pattern(
            re.compile(rf"(?<!\d)\d(?:{SEPARATOR}\d){{16}}{SEPARATOR}[\dXx](?![0-9A-Za-z])"),
            _is_valid,
        ),
        Pattern(re.compile(digit_run(15, 15)), _is_old_form),
        # Mistyped, or half hidden already by the sender: called one, long enough to be one.
        Pattern(
            re.compile(rf"(?<!\d)\d(?:{SEPARATOR}\d){{9,19}}(?:[Xx]\d{{0,2}})?(?!\d)"),
            context=re.compile(r"身份证|公民身份|身份号|残疾(?:人)?证|证件号|户口"),
        ),
    ),
    numeric=True,
)
