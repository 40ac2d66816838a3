"""Bank cards and accounts.

ISO/IEC 7812-1: issuer, account, Luhn's check digit. Cards issued in China have 16 to 19 digits
(GB/T 19584), American Express has 15. A firm's unified social credit code (GB 32100-2015) may
consist of digits only; it is public and stays.
"""

import re

from stdnum import luhn
from stdnum.cn import uscc

from model.privacy.datum import Kind
from model.privacy.pattern import Pattern, Recogniser, digit_run, digits_of

# No full stops: tables run together, 61.25 45.09, would make cards.
_GROUPED = "[ \\t_-]{0,2}"


def _is_card(text: str) -> bool:
    digits = digits_of(text)
    issuers = ("34", "37") if len(digits) == 15 else ("3", "4", "5", "6", "9")
    return digits.startswith(issuers) and bool(luhn.is_valid(digits)) and _is_no_firm(text)


def _is_no_firm(text: str) -> bool:
    return not uscc.is_valid(digits_of(text))


BANK_CARD = Recogniser(
    Kind.BANK_CARD,
    (
        Pattern(re.compile(digit_run(15, 19, _GROUPED)), _is_card),
        # Accounts have no check digit that all banks share: called one, long enough to be one.
        Pattern(
            re.compile(digit_run(10, 23, _GROUPED)),
            _is_no_firm,
            re.compile(r"卡号|银行卡|储蓄卡|信用卡|社保卡|一卡通|[账帐]号|[账帐]户|存折|开户行|收款"),
        ),
    ),
    numeric=True,
)  # fmt: skip
