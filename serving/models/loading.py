"""From where a model is kept to one that has proved that it answers."""

import contextlib
import logging
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from model.bundle import MANIFEST
from model.clue import Clue
from model.configuration import read_configuration
from model.errors import FenzhenError, InvalidBundle
from model.golden import GoldenClue, golden_mistakes, parse_golden
from model.os_causes import cause
from model.reader import Runtime
from model.triage import Triage
from model.triager import Triager
from serving.examples import FOUNDING_CLUE

_log = logging.getLogger("fenzhen.models")
REGISTRY = "models:/"
_COPIES = 5
_HALF_MADE = "."


class RegistryError(FenzhenError):
    """The registry cannot be reached, or does not have the model: worth asking again."""

    code = "registry_unavailable"
    title = "Model registry unavailable"


class UnfitModelError(FenzhenError):
    """A model that loads but does not answer as any fit one would."""

    code = "unfit_model"
    title = "Unfit model"


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """A model that answers. ``source`` is where it was asked for, ``mark`` what was found there;
    ``example`` is its answer to the founding clue. ``kept`` is where it can be found again when
    something else has come to its source."""

    triager: Triager
    source: str
    mark: str
    example: Triage
    kept: str


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


def load_model(
    source: str, runtime: Runtime | None = None, store: Path | None = None
) -> LoadedModel:
    """Load, verify and try the model; keep a copy under ``store``, if one is given.

    Raises FenzhenError that says what is wrong.
    """
    mark = mark_of(source)
    if not is_registered(source):
        return _tried(Path(source), runtime, source, mark, store)
    from serving.models.registry import download

    with tempfile.TemporaryDirectory(prefix="fenzhen-model-") as scratch:
        return _tried(download(source, Path(scratch)), runtime, source, mark, store)


def _tried(
    bundle: Path, runtime: Runtime | None, source: str, mark: str, store: Path | None
) -> LoadedModel:
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
    version = triager.identity.version
    kept = source if store is None else _kept(bundle, store, version) or source
    return LoadedModel(triager, source, mark, example, kept)


def _kept(bundle: Path, store: Path, version: str) -> str | None:
    """Where the copy lies; None when it could not be written."""
    try:
        return str(keep_copy(bundle, store, version).resolve())
    except OSError as error:
        _log.warning("模型副本未能保存（%s），日后不能退回到它", cause(error))
        return None


def _golden_clues(bundle: Path) -> tuple[GoldenClue, ...]:
    """Those that the bundle carries; a bundle of an earlier day carries none."""
    path = bundle / "golden.jsonl"
    return parse_golden(path.name, read_configuration(path)) if path.exists() else ()


def keep_copy(folder: Path, store: Path, version: str) -> Path:
    """A copy of a bundle under its version, so that one can go back to it; its path.

    The few that were last loaded are kept.
    """
    kept = store / version
    if not kept.exists():
        store.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=store, prefix=_HALF_MADE) as scratch:
            fresh = Path(shutil.copytree(folder, Path(scratch) / "bundle"))
            try:
                fresh.rename(kept)
            except OSError:
                if not kept.exists():  # else another worker was quicker
                    raise
    os.utime(kept)
    with contextlib.suppress(OSError):  # another worker may be at it
        copies = [path for path in store.iterdir() if not path.name.startswith(_HALF_MADE)]
        copies.sort(key=lambda path: path.stat().st_mtime, reverse=True)
        for old in copies[_COPIES:]:
            shutil.rmtree(old, ignore_errors=True)
    return kept
