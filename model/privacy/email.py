"""E-mail addresses: the part of RFC 5322 that mail providers give out, also with “(at)”."""

import re

from model.privacy.datum import Kind
from model.privacy.pattern import Pattern, Recogniser

EMAIL = Recogniser(
    Kind.EMAIL,
    (
        Pattern(
            re.compile(
                r"[A-Za-z0-9_+-](?:[A-Za-z0-9_.+-]{0,63}) ?(?:@|[(\[]at[)\]]) ?"
                r"[A-Za-z0-9-]{1,63}(?: ?\. ?[A-Za-z0-9-]{2,63}){1,4}",
                re.IGNORECASE,
            )
        ),
    ),
)
