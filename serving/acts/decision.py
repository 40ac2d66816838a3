"""A person's decision on a clue, and the rules it must keep."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from model.taxonomy import Taxonomy
from serving.acts.errors import InvalidReviewError
from serving.acts.reasons import CORRECTION_REASONS, RETURN_REASONS
from serving.queries.clue_detail import Labels

Act = Literal["confirm", "correct", "return", "second_look", "withdraw"]

STATES = {
    "confirm": "confirmed",
    "correct": "corrected",
    "return": "returned",
    "second_look": "second_look",
}
"""The state of a clue after each act."""

OPEN_STATES = frozenset({"new", "second_look"})


@dataclass(frozen=True, slots=True)
class Decision:
    """``labels`` belong to correct only, ``reason`` to return (required) and correct."""

    act: Act
    labels: Labels | None = None
    reason: str | None = None
    note: str | None = None


def check_decision(decision: Decision, taxonomy: Taxonomy) -> None:
    """Raises InvalidReviewError with every mistake at once."""
    mistakes = [*_reason_mistakes(decision), *_label_mistakes(decision, taxonomy)]
    if mistakes:
        raise InvalidReviewError("；".join(mistakes))


def _reason_mistakes(decision: Decision) -> Iterable[str]:
    known = {"return": RETURN_REASONS, "correct": CORRECTION_REASONS}.get(decision.act, {})
    if decision.act == "return" and decision.reason is None:
        yield f"退回须写明 reason，可用：{'、'.join(known)}"
    if decision.reason is not None and decision.reason not in known:
        allowed = f"，可用：{'、'.join(known)}" if known else "，这一操作不带 reason"
        yield f"reason 不是允许的值{allowed}"


def _label_mistakes(decision: Decision, taxonomy: Taxonomy) -> Iterable[str]:
    labels = decision.labels
    if (decision.act == "correct") != (labels is not None):
        yield "更正须给出标签，其他操作不带标签"
    if labels is None:
        return
    module = taxonomy.module_by_code.get(labels.module)
    if module is None:
        yield f"module 不是允许的值，可用：{'、'.join(taxonomy.module_by_code)}"
    elif labels.function not in module.functions:
        yield f"function 不能承办该模块，可用：{'、'.join(module.functions)}"
    if labels.urgency not in taxonomy.urgency_by_code:
        yield f"urgency 不是允许的值，可用：{'、'.join(taxonomy.urgency_by_code)}"
    if labels.procuratorate not in taxonomy.procuratorate_by_code:
        yield f"procuratorate 不是允许的值，可用：{'、'.join(taxonomy.procuratorate_by_code)}"
    yield from _secondary_mistakes(labels, taxonomy)


def _secondary_mistakes(labels: Labels, taxonomy: Taxonomy) -> Iterable[str]:
    secondary = labels.secondary_modules
    unknown = [code for code in secondary if code not in taxonomy.module_by_code]
    if unknown or len(set(secondary)) < len(secondary):
        yield f"secondary_modules 有不允许或重复的值，可用：{'、'.join(taxonomy.module_by_code)}"
    elif secondary and labels.module == "out_of_scope":
        yield "out_of_scope 不带 secondary_modules"
    elif labels.module in secondary or "out_of_scope" in secondary:
        yield "secondary_modules 不能含主模块或 out_of_scope"
