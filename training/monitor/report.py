"""A comparison as a page that opens offline, as figures for Prometheus, and in one sentence."""

from collections.abc import Mapping
from pathlib import Path

from training.axes import AXIS_NAMES
from training.monitor.compare import FEWEST, PERMUTATIONS, Comparison
from training.readings import HEADS

_SHARES = ("abstention", "correction_", "unknown", "confidence_")


def verdict(found: Comparison) -> str:
    """One Chinese sentence."""
    if found.alarms:
        told = "、".join(signal.name for signal in found.alarms)
        return f"有变化：{told}。请抽看近期来信，必要时补标后重新训练。"
    if all(signal.p is None for signal in found.signals):
        return f"件数太少（每段至少 {FEWEST} 件），没有作判断。"
    return "未见变化。"


def html_report(found: Comparison, names: Mapping[str, Mapping[str, str]]) -> str:
    """Self-contained HTML; ``names`` are label names per head."""
    from jinja2 import Environment, PackageLoader

    environment = Environment(
        loader=PackageLoader("training.monitor", ""), autoescape=True, trim_blocks=True
    )
    sizes = (max(1, len(found.before.answers)), max(1, len(found.after.answers)))
    mixes = [
        (
            head,
            AXIS_NAMES[head],
            [
                {
                    "name": names[head].get(mix.code, mix.code),
                    "before": 100 * mix.before / sizes[0],
                    "after": 100 * mix.after / sizes[1],
                }
                for mix in found.mixes
                if mix.head == head
            ],
        )
        for head in HEADS
    ]
    return environment.get_template("report.html.j2").render(
        found=found,
        mixes=mixes,
        verdict=verdict(found),
        figure=figure,
        permutations=PERMUTATIONS,
        fewest=FEWEST,
        tested=sum(signal.p is not None for signal in found.signals),
    )


def figure(code: str, value: float | None) -> str:
    """A signal's figure as staff read it: shares in percent, lengths in characters."""
    if value is None:
        return "—"
    return f"{value:.1%}" if code.startswith(_SHARES) else f"{value:.0f}"


def write_prometheus(found: Comparison, path: Path) -> None:
    """Gauges for node_exporter's textfile collector; the file is replaced at once."""
    from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

    registry = CollectorRegistry()
    gauges = {
        name: Gauge(f"fenzhen_drift_{name}", told, ["signal"], registry=registry)
        for name, told in (
            ("distance", "How far apart the two windows are on this signal"),
            ("p_value", "Permutation p-value before correction"),
            ("adjusted_p_value", "p-value after Holm's correction"),
            ("alarm", "1 where the change is significant"),
        )
    }
    for signal in found.signals:
        if signal.p is None or signal.distance is None or signal.adjusted is None:
            continue
        gauges["distance"].labels(signal.code).set(signal.distance)
        gauges["p_value"].labels(signal.code).set(signal.p)
        gauges["adjusted_p_value"].labels(signal.code).set(signal.adjusted)
        gauges["alarm"].labels(signal.code).set(signal.alarm)
    answers = Gauge("fenzhen_drift_answers", "Answers compared", ["window"], registry=registry)
    answers.labels("before").set(len(found.before.answers))
    answers.labels("after").set(len(found.after.answers))
    Gauge(
        "fenzhen_drift_checked_timestamp_seconds", "When", registry=registry
    ).set_to_current_time()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_to_textfile(str(path), registry)
