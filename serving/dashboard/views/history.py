"""What people did with a clue, as lines; and what of it can still be undone."""

from datetime import datetime, timedelta

from markupsafe import Markup

from serving.acts.reasons import CORRECTION_REASONS, RETURN_REASONS
from serving.dashboard.views.moments import at_minute, short
from serving.dashboard.views.names import ACTS, Names, person
from serving.queries.acts_in_force import effective
from serving.queries.clue_detail import ClueDetail, Labels, ReviewEvent

_REASONS = {**RETURN_REASONS, **CORRECTION_REASONS}
_LINE = Markup(
    '<li><span class="muted small figures">{}</span>'
    '<span>{}<span class="muted">{}</span></span></li>'
)


def history_html(detail: ClueDetail, names: Names) -> Markup:
    """From arrival on, the latest last."""
    arrived = _LINE.format(
        short(detail.received_at), "收到线索", f"，渠道：{detail.channel}" if detail.channel else ""
    )
    events = Markup("").join(_event(event, names) for event in detail.history)
    return Markup('<ol class="events">{}{}</ol>').format(arrived, events)


def _event(event: ReviewEvent, names: Names) -> Markup:
    told = [f"：{labels_in_words(event.labels, names)}"] if event.labels else []
    if event.reason:
        told.append(f"；原因：{_REASONS.get(event.reason, event.reason)}")
    if event.note:
        told.append(f"；备注：{event.note}")
    return _LINE.format(
        short(event.at), f"{person(event.actor)} {ACTS.get(event.act, event.act)}", "".join(told)
    )


def labels_in_words(labels: Labels, names: Names) -> str:
    parts = [
        names.module(labels.module),
        names.urgency(labels.urgency),
        names.unit(labels.procuratorate, labels.function),
    ]
    if labels.secondary_modules:
        parts.append("次要：" + "、".join(map(names.module, labels.secondary_modules)))
    return "，".join(parts)


def undoable(detail: ClueDetail, actor: str, now: datetime, undo: timedelta) -> ReviewEvent | None:
    """The act that this actor may still take back; the act itself checks it once more."""
    standing = effective(detail.history)
    if not standing or detail.history[-1].act == "withdraw":
        return None
    last = standing[-1]
    return last if last.actor == actor and now - last.at <= undo else None


def decision_in_words(detail: ClueDetail, names: Names) -> str:
    """What people decided, for the head of a settled clue; empty while nobody has."""
    if detail.decided_at is None:
        return ""
    return (
        f"{person(detail.decided_by)} 于 {at_minute(detail.decided_at)} 决定："
        f"{labels_in_words(detail.labels, names)}"
    )
