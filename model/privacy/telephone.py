"""Telephone numbers that reach a person: mobile, fixed, abroad.

Mobile: 11 digits from 13 to 19 (numbering plan of the Ministry of Industry and Information
Technology; every prefix, allotted or not, since allotments change). Fixed and foreign numbers:
Google's libphonenumber knows the area codes and lengths. Service numbers (110, 12309, 95…, 400…)
reach an office and stay.
"""

import re

from model.privacy.datum import Kind
from model.privacy.pattern import SEPARATOR, Pattern, Recogniser, digit_run, digits_of


def _is_allotted(text: str) -> bool:
    import phonenumbers

    international = f"+{digits_of(text)}" if text.startswith(("+", "00")) else digits_of(text)
    try:
        return phonenumbers.is_valid_number(
            phonenumbers.parse(international.replace("+00", "+"), "CN")
        )
    except phonenumbers.NumberParseException:
        return False


TELEPHONE = Recogniser(
    Kind.TELEPHONE,
    (
        Pattern(
            re.compile(
                rf"(?:(?<!\d)(?:\+|00)?86{SEPARATOR})?(?<!\d)1{SEPARATOR}[3-9]"
                rf"(?:{SEPARATOR}\d){{9}}(?!\d)"
            )
        ),
        Pattern(
            re.compile(
                rf"(?<!\d)(?:(?:\+|00)86{SEPARATOR})?\(?0?[1-9]\d{{1,2}}\)?{SEPARATOR}"
                rf"\d(?:{SEPARATOR}\d){{6,7}}(?!\d)"
            ),
            lambda text: text.lstrip("(").startswith(("0", "+")) and _is_allotted(text),
        ),
        Pattern(
            re.compile(rf"\+[1-9]\d{{0,2}}(?:{SEPARATOR}\(?\d\)?){{6,12}}(?!\d)"), _is_allotted
        ),
        # Without the area code, as people in town write it.
        Pattern(
            re.compile(digit_run(7, 8)),
            lambda text: digits_of(text)[0] in "2345678",
            re.compile(r"(?:电话|座机|固话|手机|致电|拨打|联系方式|联系我)(?:号码?)?\W{0,3}(?:[是为])?\W{0,2}$"),
        ),
    ),
    numeric=True,
)  # fmt: skip
