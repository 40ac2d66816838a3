"""A run's findings laid out as one HTML page for people, with the model card at its head."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from model.deadlines import SHANGHAI
from model.taxonomy import load_taxonomy
from training.axes import label_names
from training.bootstrap import Estimate
from training.config import TrainingConfig
from training.evaluate import HEAD_NAMES
from training.findings import LEVEL
from training.provenance import code_version, environment
from training.run import TrainingOutcome

GOLDEN_HEADS = {
    "module": "模块",
    "function": "承办职能",
    "procuratorate": "承办院",
    "alarm": "警报",
}
_FIGURES = (
    ("accuracy", "准确率"),
    ("macro_f1", "宏 F1"),
    ("ece", "校准误差 ECE"),
    ("conformal_coverage", "候选集覆盖"),
    ("conformal_size", "候选集大小"),
)
_OTHERS = (
    ("critical_alarm/recall", "特急警报：召回"),
    ("critical_alarm/precision", "特急警报：精确"),
    ("critical_alarm/share", "特急警报：占全部"),
    ("routing/procuratorate", "承办院与按正确标签推出的一致"),
    ("routing/unit", "承办单位（院与职能）一致"),
    ("review/asked", "交人工复核的比例"),
)


@dataclass(frozen=True, slots=True)
class _Overview:
    title: str
    out_of_fold: Estimate | None
    test: Estimate | None


def report_page(config: TrainingConfig, outcome: TrainingOutcome, ended: datetime) -> str:
    """The whole page. It loads nothing from anywhere; texts in it are masked."""
    from jinja2 import Environment

    template = Environment(autoescape=True, trim_blocks=True).from_string(
        Path(__file__).with_name("page.html.j2").read_text(encoding="utf-8")
    )
    card = json.loads(outcome.files["card.json"])
    found = outcome.findings
    metrics = outcome.metrics["out_of_fold"]
    return template.render(
        version=outcome.version[:16],
        encoder=card["encoder"],
        taxonomy_version=card["taxonomy_version"],
        made_at=ended.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        code=code_version(),
        verdict=_verdict(outcome),
        data=outcome.fingerprint,
        names=label_names(load_taxonomy(config.taxonomy)),
        config=config,
        level=LEVEL,
        findings=found,
        test_count=found.test_count,
        overview=list(_overview(outcome)),
        classes=[_classes(head, metrics[head], outcome, config) for head in HEAD_NAMES],
        figures={
            name: base64.b64encode(content).decode() for name, content in outcome.figures.items()
        },
        golden_heads=GOLDEN_HEADS,
        settings=list(_settings(config)),
        environment=environment(),
    )


def _verdict(outcome: TrainingOutcome) -> str:
    part = "test" if "test" in outcome.findings.estimates else "out_of_fold"
    found = outcome.findings.estimates[part]
    where = "测试集" if part == "test" else "折外"
    scores = "、".join(
        f"{name} {found[f'{head}/macro_f1'].value:.2f}" for head, name in HEAD_NAMES.items()
    )
    recall = found["critical_alarm/recall"].value
    golden = (
        f"必对线索判错 {len(outcome.findings.golden)} 处"
        if outcome.findings.golden
        else "必对线索全部判对"
    )
    return f"{where}宏 F1：{scores}；特急警报召回 {recall:.1%}；{golden}。"


def _overview(outcome: TrainingOutcome) -> Iterator[_Overview]:
    estimates = outcome.findings.estimates
    named = [
        (f"{head}/{name}", f"{head_name}：{title}")
        for head, head_name in HEAD_NAMES.items()
        for name, title in _FIGURES
    ]
    for name, title in (*named, *_OTHERS):
        row = _Overview(
            title, estimates["out_of_fold"].get(name), estimates.get("test", {}).get(name)
        )
        if row.out_of_fold or row.test:
            yield row


def _classes(
    head: str, metrics: dict[str, Any], outcome: TrainingOutcome, config: TrainingConfig
) -> dict[str, Any]:
    names = label_names(load_taxonomy(config.taxonomy))
    found = outcome.findings.estimates["out_of_fold"]
    rows = [
        {
            "name": names[code],
            "n": scores["n"],
            **{
                name: found[f"{head}/classes/{code}/{name}"]
                for name in ("recall", "precision", "f1")
            },
        }
        for code, scores in sorted(metrics["classes"].items(), key=lambda item: -item[1]["n"])
    ]
    return {"code": head, "title": HEAD_NAMES[head], "rows": rows}


def _settings(config: TrainingConfig) -> Iterator[dict[str, str]]:
    for name, value in config.model_dump(mode="json").items():
        shown = "、".join(value) if isinstance(value, list) else str(value)
        meaning = TrainingConfig.model_fields[name].description or ""
        yield {"name": name, "value": "无" if value is None else shown, "meaning": meaning}
