"""A finished run as a folder: all that MLflow shall know, kept until MLflow has it."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from model.bundle import json_bytes, write_bundle
from model.errors import FenzhenError
from training.config import TrainingConfig
from training.provenance import code_version, environment
from training.report.page import report_page
from training.run import TrainingOutcome
from training.thresholds import as_csv

PENDING = Path("var/mlflow-pending")
RUN = "run.json"
ARTIFACTS = "artifacts"
_FIELDS = {"key", "name", "started", "ended", "params", "metrics", "tags", "dataset"}


class BrokenRun(FenzhenError):
    """A folder that holds no whole run: written by something else, or damaged since."""

    code = "broken_run"
    title = "Broken run"


def keep_run(
    config: TrainingConfig, outcome: TrainingOutcome, started: datetime, ended: datetime
) -> Path:
    """Write a run down under ``var/mlflow-pending``; returns its folder.

    It appears there whole or not at all. Raises OSError when even this disk is full.
    """
    key = uuid4().hex
    scratch, folder = PENDING / f".{key}", PENDING / f"{started:%Y%m%d-%H%M%S}-{key[:8]}"
    try:
        _write_artifacts(scratch / ARTIFACTS, config, outcome, ended)
        run = _run(key, config, outcome, started, ended)
        (scratch / RUN).write_bytes(json_bytes(run))
        scratch.rename(folder)
    except OSError:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    return folder


def kept_runs() -> list[Path]:
    """Runs that MLflow does not have yet, the oldest first."""
    return sorted(path.parent for path in PENDING.glob(f"[!.]*/{RUN}"))


def read_run(folder: Path) -> dict[str, Any]:
    """A kept run as it was written down. Raises BrokenRun."""
    try:
        run = json.loads((folder / RUN).read_bytes())
    except (OSError, ValueError) as error:
        raise BrokenRun(f"{RUN} 读不出来") from error
    if not isinstance(run, dict) or not run.keys() >= _FIELDS:
        raise BrokenRun(f"{RUN} 内容不全")
    if not (folder / ARTIFACTS).is_dir():
        raise BrokenRun(f"缺少 {ARTIFACTS} 文件夹")
    return run


def _run(
    key: str,
    config: TrainingConfig,
    outcome: TrainingOutcome,
    started: datetime,
    ended: datetime,
) -> dict[str, Any]:
    fingerprint = outcome.fingerprint
    metrics = dict(flatten(outcome.metrics)) | dict(flatten(outcome.findings.metrics()))
    return {
        "key": key,
        "name": f"train-{started:%Y%m%d-%H%M%S}",
        "started": int(started.timestamp() * 1000),
        "ended": int(ended.timestamp() * 1000),
        "params": {
            name: json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
            for name, value in config.model_dump(mode="json").items()
        },
        "metrics": metrics,
        "tags": {
            "bundle_version": outcome.version,
            "code_version": code_version(),
            "data_sha256": fingerprint["sha256"],
            "scores_are_of": "composed text unless your own data says otherwise",
            **{f"environment.{name}": value for name, value in environment().items()},
        },
        "dataset": {
            "name": "、".join(path.name for path in config.data)[:400],
            "digest": fingerprint["sha256"][:36],
            "source": {"paths": [str(path) for path in config.data]},
            "profile": {name: value for name, value in fingerprint.items() if name != "sha256"},
        },
    }


def _write_artifacts(
    folder: Path, config: TrainingConfig, outcome: TrainingOutcome, ended: datetime
) -> None:
    write_bundle(folder / "bundle", outcome.files)
    findings = outcome.findings
    files = {
        "report.html": report_page(config, outcome, ended).encode(),
        "data_fingerprint.json": json_bytes(outcome.fingerprint),
        "worst_errors.json": json_bytes(
            {head: [asdict(row) for row in rows] for head, rows in findings.worst.items()}
        ),
        "tables/alarm.csv": as_csv(
            ("召回目标", "警报分数", "实际召回", "精确", "需查看的比例"),
            [tuple(asdict(row).values()) for row in findings.alarming],
        ),
        **{f"figures/{name}": content for name, content in outcome.figures.items()},
        **{
            f"tables/thresholds_{head}.csv": as_csv(
                ("门槛", "放行", "其中判错", "错误率上限"),
                [tuple(asdict(row).values()) for row in rows],
            )
            for head, rows in findings.passing.items()
        },
    }
    for name, content in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def flatten(metrics: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    """Nested metrics as MLflow names: ``out_of_fold/module/classes/public_interest/recall``."""
    for key, value in metrics.items():
        name = f"{prefix}/{key}" if prefix else key
        if isinstance(value, dict):
            yield from flatten(value, name)
        elif value is not None:
            yield name, float(value)
