"""Passports and travel permits, told by the word before.

Chinese passports: E, G, D, S or P and eight digits, or E, a letter and seven digits; permits for
Hong Kong and Macao: C or W and eight digits, or C, a letter and seven (National Immigration
Administration; ICAO Doc 9303 bounds every document number to nine characters).
"""

import re

from model.privacy.datum import Kind
from model.privacy.pattern import Pattern, Recogniser

TRAVEL_DOCUMENT = Recogniser(
    Kind.TRAVEL_DOCUMENT,
    (
        Pattern(
            re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,2} ?\d{7,8}(?![A-Za-z0-9])"),
            context=re.compile(r"护照|通行证|台胞证|回乡证|居留|[Pp]assport"),
        ),
        Pattern(
            re.compile(r"(?<![A-Za-z0-9])\d{8,10}(?![A-Za-z0-9])"),
            context=re.compile(r"(?:通行证|台胞证|回乡证)(?:号码?)?\W{0,3}$"),
        ),
    ),
)
