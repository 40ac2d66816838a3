"""From where a model is kept to one that has proved that it answers."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from model.bundle import MANIFEST
from model.clue import Clue
from model.errors import FenzhenError, InvalidBundle
from model.golden import GoldenClue, golden_mistakes, parse_golden
from model.reader import Runtime
from model.triage import Triage
from model.triager import Triager
from serving.examples import FOUNDING_CLUE

REGISTRY = "models:/"
_COPIES = 5


class UnfitModelError(FenzhenError):
    """A model that loads but does not answer as any fit one would."""

    code = "unfit_model"
    title = "Unfit model"


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model that answers. ``source`` is where it was asked for, ``mark`` what was found there;
    ``example`` is its answer to the founding clue."""

    triager: Triager
    source: str
    mark: str
    example: Triage


def is_registered(source: str) -> bool:
    """Whether ``source`` names a model of the MLflow registry."""
    return source.startswith(REGISTRY)


def mark_of(source: str) -> str:
    """What tells cheaply whether another model has come to ``source``.

    Raises FenzhenError when there is none to be found.
    """
    if is_registered(source):
        from serving.models.registry import version_of

        return version_of(source)
    manifest = Path(source) / MANIFEST
    try:
        stat = manifest.stat()
    except OSError:
        raise InvalidBundle(
            f"模型包 {source} 缺少文件 {MANIFEST}，请先运行 make train 或指定正确的文件夹"
        ) from None
    return f"{stat.st_mtime_ns}-{stat.st_ino}-{stat.st_size}"


def load_model(source: str, runtime: Runtime | None = None) -> LoadedModel:
    """Load, verify and try the model. Raises FenzhenError that says what is wrong."""
    mark = mark_of(source)
    if not is_registered(source):
        return _tried(Path(source), runtime, source, mark)
    from serving.models.registry import download

    with tempfile.TemporaryDirectory(prefix="fenzhen-model-") as scratch:
        return _tried(download(source, Path(scratch)), runtime, source, mark)


def _tried(bundle: Path, runtime: Runtime | None, source: str, mark: str) -> LoadedModel:
    triager = Triager.load(bundle, runtime)
    example = triager.triage(Clue.model_validate(FOUNDING_CLUE))
    wrong = [
        golden.clue_id
        for golden in _golden_clues(bundle)
        if golden_mistakes(golden, triager.triage(golden.clue))
    ]
    if wrong:
        raise UnfitModelError(
            f"模型 {triager.identity.version} 未通过自检，{len(wrong)} 条必对线索判错："
            f"{'、'.join(wrong[:5])}；请重新训练，或暂用原来的模型"
        )
    return LoadedModel(triager, source, mark, example)


def _golden_clues(bundle: Path) -> tuple[GoldenClue, ...]:
    """Those that the bundle carries; a bundle of an earlier day carries none."""
    path = bundle / "golden.jsonl"
    return parse_golden(path.name, path.read_text(encoding="utf-8")) if path.exists() else ()


def keep_copy(folder: Path, store: Path, version: str) -> Path:
    """A copy of a bundle under its version, so that one can go back to it; its path.

    The newest few are kept.
    """
    kept = store / version
    if not kept.exists():
        store.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=store) as scratch:
            fresh = Path(shutil.copytree(folder, Path(scratch) / "bundle"))
            fresh.rename(kept)
        copies = sorted(store.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
        for old in copies[_COPIES:]:
            shutil.rmtree(old, ignore_errors=True)
    return kept
