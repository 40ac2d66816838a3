"""An output row as flat columns of an Excel sheet."""

from collections.abc import Iterable, Mapping
from typing import Any

from model.clue import Clue
from model.triage import Prediction, Triage


def sheet_row(answer: Mapping[str, Any]) -> dict[str, object]:
    """Columns: ``row``, the clue's fields, ``triage.…``, ``error``, other columns as ``input.…``.

    Every input column keeps its place whatever its name, so nothing collides.
    """
    given: Mapping[str, object] = answer["input"]
    columns: dict[str, object] = {"row": answer["row"]}
    columns |= {name: given.get(name) for name in Clue.model_fields}
    triage = Triage.model_validate(answer["triage"]) if "triage" in answer else None
    columns |= _triage_columns(triage)
    columns["error"] = answer["error"]["detail"] if "error" in answer else None
    others = (name for name in given if name not in Clue.model_fields)
    return columns | {f"input.{name}": given[name] for name in others}


def _triage_columns(triage: Triage | None) -> dict[str, object]:
    """The columns of a triage; without one, the same columns empty, so that they stand in order."""
    if triage is None:
        return dict.fromkeys(_COLUMNS)
    deadlines = triage.deadlines
    values = (
        triage.clue_id,
        *_prediction(triage.module),
        _joined(label.name for label in triage.secondary_modules),
        *_prediction(triage.urgency),
        *_prediction(triage.function),
        triage.unit.name,
        triage.unit.procuratorate.code,
        triage.unit.rule,
        triage.unit.legal_basis,
        _joined(unit.name for unit in triage.assisting_units),
        triage.where_to.name if triage.where_to else None,
        deadlines.first_look_by.isoformat(),
        deadlines.procedural_reply_by.isoformat(),
        deadlines.result_by.isoformat(),
        _joined(triage.missing),
        triage.needs_review,
        _joined(triage.reasons),
        triage.model.version,
    )
    return dict(zip(_COLUMNS, values, strict=True))


_COLUMNS = (
    "triage.clue_id",
    *("triage.module", "triage.module_name", "triage.module_confidence"),
    "triage.secondary_modules",
    *("triage.urgency", "triage.urgency_name", "triage.urgency_confidence"),
    *("triage.function", "triage.function_name", "triage.function_confidence"),
    *("triage.unit", "triage.procuratorate", "triage.rule", "triage.legal_basis"),
    *("triage.assisting_units", "triage.where_to"),
    *("triage.first_look_by", "triage.procedural_reply_by", "triage.result_by"),
    *("triage.missing", "triage.needs_review", "triage.reasons", "triage.model_version"),
)


def _prediction(prediction: Prediction) -> tuple[str, str, float]:
    return prediction.code, prediction.name, round(prediction.confidence, 4)


def _joined(values: Iterable[str]) -> str:
    return "；".join(values)
