"""The taxonomy: what labels exist and the dated rules that route and time a clue.

Lawyers edit ``datasets/taxonomy.yaml``; this is its schema and the way to look things up in it.
"""

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from model.conditions import (
    Code,
    Codes,
    Configured,
    MatterCondition,
    SecondaryCondition,
    Words,
)
from model.configuration import parse_configuration, read_configuration
from model.taxonomy_checks import check_taxonomy
from model.triage import Named

Name = Annotated[str, Field(min_length=1)]
Level = Literal["basic", "special", "city", "outside"]
Kind = Literal[
    "district", "street", "town", "village", "landmark", "school",
    "court", "police", "procuratorate", "agency", "rail", "forest", "outside",
]  # fmt: skip
Choice = Literal[
    "fixed", "organ_named", "organ_itself", "above_organ_named", "organ_addressed",
    "place_of_harm", "common_superior", "outside_only", "sender_address",
    "elsewhere_in_passing",
]  # fmt: skip
_BY_ORGAN = ("organ_named", "organ_itself", "above_organ_named")
Preference = Literal["first", "lowest", "highest"]


class Module(Configured):
    code: Code
    name: Name
    functions: Codes
    default_function: Code


class Urgency(Configured):
    """``rank`` 1 is the most urgent; ``first_look_hours`` are hours of the clock."""

    code: Code
    name: Name
    rank: Annotated[int, Field(ge=1)]
    first_look_hours: Annotated[int, Field(ge=1, le=8760)]


class Function(Configured):
    code: Code
    name: Name


class ReviewReason(Configured):
    code: Code
    name: Name
    advice: Name


class Dated(Configured):
    """In force from ``valid_from`` to ``valid_until``, both days included."""

    valid_from: date
    valid_until: date | None = None
    legal_basis: Name
    note: Name | None = None

    def in_force(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


class PublicInterestField(Configured):
    """A field in which the law lets procuratorates bring public-interest cases."""

    code: Code
    name: Name
    status: Literal["in_force", "draft"]
    minimum_level: Literal["basic", "city"]
    legal_basis: Name
    valid_from: date | None = None
    valid_until: date | None = None
    cues: Words | None = None
    note: Name | None = None

    @model_validator(mode="after")
    def _dated_once_in_force(self) -> Self:
        if self.status == "in_force" and self.valid_from is None:
            raise ValueError("已施行的领域须写明 valid_from")
        return self

    def in_force(self, on: date) -> bool:
        return (
            self.status == "in_force"
            and self.valid_from is not None
            and self.valid_from <= on
            and (self.valid_until is None or on <= self.valid_until)
        )


class Procuratorate(Configured):
    """``superior`` is None only for what lies outside the platform."""

    code: Code
    name: Name
    short_name: Name
    level: Level
    superior: Code | None = None

    @model_validator(mode="after")
    def _superior_unless_outside(self) -> Self:
        if (self.superior is None) != (self.level == "outside"):
            raise ValueError("须写明 superior（上一级检察院），只有 level 为 outside 的不写")
        return self


class UnitName(Configured):
    procuratorate: Code
    function: Code
    name: Name


class Units(Configured):
    """How a unit is called: ``pattern`` unless an override names it."""

    pattern: Name
    overrides: tuple[UnitName, ...] = ()

    @model_validator(mode="after")
    def _known_placeholders(self) -> Self:
        rest = self.pattern.replace("{procuratorate}", "").replace("{function}", "")
        if "{" in rest or "}" in rest:
            raise ValueError("pattern 中只能用 {procuratorate} 与 {function}")
        return self


class Destination(Configured):
    """Where to turn with what no procuratorate may handle."""

    code: Code
    name: Name
    advice: Name
    legal_basis: Name
    cues: Words | None = None
    note: Name | None = None


class Destinations(Configured):
    default: Code
    emergency: Code
    noise: Code
    destinations: Annotated[tuple[Destination, ...], Field(min_length=1)]


class Condition(SecondaryCondition):
    """Also by public-interest field and by the kinds of places or organs that the text names."""

    fields: Codes | None = None
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)] | None = None


class JurisdictionRule(Dated):
    """One way to choose the competent procuratorate, with its legal basis."""

    id: Code
    name: Name
    when: Condition = Condition()
    choose: Choice
    procuratorate: Code | None = None
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)] | None = None
    prefer: Preference = "first"
    exclusive: bool = False
    last_resort: bool = False

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.choose == "fixed") != (self.procuratorate is not None):
            raise ValueError("choose 为 fixed 时须写 procuratorate，其他情形不写")
        if (self.choose in _BY_ORGAN) != (self.kinds is not None):
            raise ValueError(f"choose 为 {'、'.join(_BY_ORGAN)} 时须写 kinds，其他情形不写")
        return self


class AssistingRule(Dated):
    """Which function works along, and when."""

    id: Code
    when: SecondaryCondition
    function: Code


class Addressee(Configured):
    """Words right before or after a procuratorate's name that make it a mere addressee."""

    before: Words
    after: Words


class Particular(Dated):
    """A time limit of one kind of matter, told to staff beside the general ones."""

    id: Code
    when: MatterCondition
    text: Name


class TimeLimits(Configured):
    """``counting`` says whether ``reply_days`` are calendar or working days."""

    counting: Literal["calendar", "working"]
    reply_days: Annotated[int, Field(ge=1, le=365)]
    reply_basis: Name
    result_months: Annotated[int, Field(ge=1, le=24)]
    result_basis: Name
    particulars: tuple[Particular, ...] = ()


class Taxonomy(Configured):
    """Everything that lawyers may edit. Look-ups raise ``KeyError`` for an unknown code."""

    version: Name
    intake_procuratorate: Code
    modules: Annotated[tuple[Module, ...], Field(min_length=1)]
    urgencies: Annotated[tuple[Urgency, ...], Field(min_length=1)]
    functions: Annotated[tuple[Function, ...], Field(min_length=1)]
    review_reasons: Annotated[tuple[ReviewReason, ...], Field(min_length=1)]
    public_interest_fields: Annotated[tuple[PublicInterestField, ...], Field(min_length=1)]
    procuratorates: Annotated[tuple[Procuratorate, ...], Field(min_length=1)]
    units: Units
    where_to: Destinations
    jurisdiction: Annotated[tuple[JurisdictionRule, ...], Field(min_length=1)]
    addressee: Addressee
    assisting: tuple[AssistingRule, ...] = ()
    deadlines: TimeLimits

    @cached_property
    def module_by_code(self) -> dict[str, Module]:
        return {module.code: module for module in self.modules}

    @cached_property
    def urgency_by_code(self) -> dict[str, Urgency]:
        return {urgency.code: urgency for urgency in self.urgencies}

    @cached_property
    def function_by_code(self) -> dict[str, Function]:
        return {function.code: function for function in self.functions}

    @cached_property
    def review_reason_by_code(self) -> dict[str, ReviewReason]:
        return {reason.code: reason for reason in self.review_reasons}

    @cached_property
    def procuratorate_by_code(self) -> dict[str, Procuratorate]:
        return {procuratorate.code: procuratorate for procuratorate in self.procuratorates}

    @cached_property
    def destination_by_code(self) -> dict[str, Destination]:
        return {destination.code: destination for destination in self.where_to.destinations}

    @cached_property
    def field_by_code(self) -> dict[str, PublicInterestField]:
        return {field.code: field for field in self.public_interest_fields}

    @cached_property
    def _unit_names(self) -> dict[tuple[str, str], str]:
        return {(u.procuratorate, u.function): u.name for u in self.units.overrides}

    def named_procuratorate(self, code: str) -> Named:
        return Named(code=code, name=self.procuratorate_by_code[code].name)

    def unit_name(self, procuratorate: str, function: str) -> str:
        """What staff call the unit of that procuratorate × function."""
        return self._unit_names.get((procuratorate, function)) or self.units.pattern.format(
            procuratorate=self.procuratorate_by_code[procuratorate].short_name,
            function=self.function_by_code[function].name,
        )

    def superior(self, code: str) -> str:
        """The procuratorate one level above; what is outside stays outside."""
        return self.procuratorate_by_code[code].superior or code


def parse_taxonomy(source_name: str, content: str) -> Taxonomy:
    """The taxonomy in ``content``; raises ``InvalidConfiguration`` with all mistakes."""
    return parse_configuration(source_name, content, Taxonomy, check_taxonomy)


def load_taxonomy(path: Path) -> Taxonomy:
    """The taxonomy in the file ``path``; raises ``InvalidConfiguration`` with all mistakes."""
    return parse_taxonomy(path.name, read_configuration(path))
