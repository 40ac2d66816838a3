"""Citizen identity numbers.

GB 11643-1999: region (6), date of birth (8), serial number (3), check character by ISO 7064
MOD 11-2. A region counts whenever it existed: ``stdnum.cn.ric`` would refuse whoever was born
before their district had its present code (620102 since 1983).
The form before 1999 (GB 11643-1989) had 15 digits: two of the year, and no check character.
Certificates of disability (残疾人证) hold the identity number and two more digits.
"""

import re
from datetime import date

from stdnum import numdb
from stdnum.iso7064 import mod_11_2

from model.privacy.datum import Kind
from model.privacy.pattern import SEPARATOR, Pattern, Recogniser, digit_run, digits_of


def _is_valid(text: str) -> bool:
    digits = digits_of(text).upper()
    born = (digits[6:10], digits[10:12], digits[12:14])
    return mod_11_2.is_valid(digits) and _is_region(digits[:6]) and _is_date(*born)


def _is_old_form(text: str) -> bool:
    digits = digits_of(text)
    return _is_region(digits[:6]) and _is_date("19" + digits[6:8], digits[8:10], digits[10:12])


def _is_region(digits: str) -> bool:
    return any("county" in properties for _, properties in numdb.get("cn/loc").info(digits))


def _is_date(year: str, month: str, day: str) -> bool:
    try:
        return date(int(year), int(month), int(day)) <= date.today()
    except ValueError:
        return False


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
