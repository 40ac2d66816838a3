"""Personal data of the mainland: found, told by kind and owner, masked."""

from model.privacy.datum import PROTECTED, Kind, PersonalDatum, Whose
from model.privacy.find import find_personal_data, find_together
from model.privacy.masking import MASK, Masked, describe, mask, mask_together

__all__ = [
    "MASK",
    "PROTECTED",
    "Kind",
    "Masked",
    "PersonalDatum",
    "Whose",
    "describe",
    "find_personal_data",
    "find_together",
    "mask",
    "mask_together",
]
