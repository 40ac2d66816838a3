"""MLflow's model registry as fenzhen uses it: versions of one model, three aliases, tags.

The registry says which bundle serves. It never loads one: versions are made with
``log_artifacts`` and ``create_model_version``, and read as folders that check themselves.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from model.bundle import MANIFEST, Bundle, read_bundle, write_bundle
from model.errors import FenzhenError
from training.judging.ruling import Ruling
from training.tracking.store import TrackingUnavailable, experiment_id, open_store

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

MODEL = "fenzhen"
BUNDLE_VERSION = "bundle_version"
RULING = {"frozen": "ruling", "shadow": "shadow_ruling"}
"""Tags of a version that hold the last ruling of each kind."""
Alias = Literal["champion", "challenger", "previous"]
CACHE = Path("var/models")


class RegistryFault(FenzhenError):
    """What was asked of the registry cannot be done."""

    code = "registry_fault"
    title = "Registry fault"


@dataclass(frozen=True, slots=True)
class Version:
    """One registered bundle: its number in the registry, the bundle's content hash, its tags."""

    number: str
    bundle_version: str
    tags: dict[str, str]
    source: str
    run_id: str | None

    @property
    def title(self) -> str:
        return f"第 {self.number} 版（{self.bundle_version[:16]}）"


class Catalogue:
    """The versions of the model. Methods raise TrackingUnavailable when MLflow fails midway."""

    def __init__(self, client: "MlflowClient") -> None:
        self._client = client

    @classmethod
    def open(cls) -> "Catalogue":
        """Raises TrackingUnavailable."""
        return cls(open_store())

    def by_alias(self, alias: Alias) -> Version | None:
        """The version that bears an alias."""
        return self._find(lambda: self._client.get_model_version_by_alias(MODEL, alias))

    def by_number(self, number: str) -> Version | None:
        return self._find(lambda: self._client.get_model_version(MODEL, number))

    def by_bundle(self, bundle_version: str) -> Version | None:
        """The version that holds exactly this bundle."""
        named = (v for v in self.versions() if v.bundle_version == bundle_version)
        return next(filter(self._holds, named), None)

    def versions(self) -> list[Version]:
        """All versions, the newest first."""
        found = self._guard(lambda: self._client.search_model_versions(f"name='{MODEL}'"))
        return sorted(map(_version, found), key=lambda v: -int(v.number))

    def add(self, bundle: Bundle, tags: dict[str, str]) -> Version:
        """Register a bundle as a new version; its files are those of the run that logged it, or
        are logged now."""
        return _version(self._guard(lambda: self._add(bundle, tags)))

    def point(self, alias: Alias, version: Version | None) -> None:
        """Give an alias to a version, or to none."""
        if version is None:
            self._guard(lambda: self._client.delete_registered_model_alias(MODEL, alias))
        else:
            self._guard(
                lambda: self._client.set_registered_model_alias(MODEL, alias, version.number)
            )

    def tag(self, key: str, value: str) -> None:
        """Write a tag of the model."""
        self._guard(lambda: self._client.set_registered_model_tag(MODEL, key, value))

    def tags(self) -> dict[str, str]:
        """Tags of the model; none where it does not exist."""
        from mlflow.exceptions import MlflowException

        try:
            return dict(self._client.get_registered_model(MODEL).tags)
        except MlflowException as error:
            if error.error_code == "RESOURCE_DOES_NOT_EXIST":
                return {}
            raise TrackingUnavailable.because(error) from error

    def keep_ruling(self, version: Version, ruling: Ruling) -> None:
        """Keep a ruling with the version it is about: as its tag, and as an artifact of its run."""
        key, content = RULING[ruling.kind], ruling.as_json()
        self._guard(lambda: self._client.set_model_version_tag(MODEL, version.number, key, content))
        if version.run_id:
            name = f"rulings/{ruling.at.replace(':', '').replace('+0000', 'Z')}.json"
            self._guard(lambda: self._client.log_text(version.run_id, content, name))

    def fetch(self, version: Version) -> Path:
        """The bundle of a version as a folder on this machine, verified. Raises RegistryFault."""
        folder = CACHE / version.bundle_version[:16]
        if not folder.is_dir():
            if not self._holds(version):
                raise RegistryFault(
                    f"{version.title}在登记处的文件已不在，或是别的模型包，请把它重新登记："
                    "fenzhen model register 模型包文件夹"
                )
            CACHE.mkdir(parents=True, exist_ok=True)
            with TemporaryDirectory(dir=CACHE, prefix=".") as scratch:
                self._guard(lambda: _download(version.source, scratch)).rename(folder)
        if read_bundle(folder).version != version.bundle_version:
            raise RegistryFault(f"{version.title}的文件与登记的不符，请删除 {folder} 后重试")
        return folder

    def _holds(self, version: Version) -> bool:
        """Whether the files that the registry has of a version are those of its bundle."""
        held: bool = self._guard(lambda: _lies_at(version.source, version.bundle_version))
        return held

    def _add(self, bundle: Bundle, tags: dict[str, str]) -> Any:
        from mlflow.exceptions import MlflowException

        try:
            self._client.create_registered_model(MODEL)
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
        run_id = self._run_of(bundle)
        return self._client.create_model_version(
            MODEL,
            _bundle_of(self._client.get_run(run_id)),
            run_id,
            tags={BUNDLE_VERSION: bundle.version, **tags},
        )

    def _run_of(self, bundle: Bundle) -> str:
        """The finished run that logged this bundle, else a new one that does.

        What a run says it made is not what it holds where its artifacts were mixed up or lost.
        """
        experiment = experiment_id(self._client)
        query = f"tags.{BUNDLE_VERSION} = '{bundle.version}' and attributes.status = 'FINISHED'"
        for known in self._client.search_runs([experiment], query):
            if _lies_at(_bundle_of(known), bundle.version):
                return str(known.info.run_id)
        run = self._client.create_run(
            experiment, tags={BUNDLE_VERSION: bundle.version}, run_name="register"
        )
        with TemporaryDirectory() as scratch:  # the folder may hold another bundle by now
            write_bundle(Path(scratch, "bundle"), bundle.files)
            self._client.log_artifacts(run.info.run_id, scratch)
        self._client.set_terminated(run.info.run_id)
        return str(run.info.run_id)

    def _find(self, ask: Any) -> Version | None:
        from mlflow.exceptions import MlflowException

        try:
            return _version(ask())
        except MlflowException as error:
            if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
                return None
            raise TrackingUnavailable.because(error) from error

    def _guard(self, act: Any) -> Any:
        try:
            return act()
        except FenzhenError:
            raise
        except Exception as error:  # whatever a driver raises is told in Chinese
            raise TrackingUnavailable.because(error) from error


def _bundle_of(run: "Run") -> str:
    """Where a run's bundle lies."""
    return f"{run.info.artifact_uri.rstrip('/')}/bundle"


def _lies_at(source: str, bundle_version: str) -> bool:
    """Whether the bundle of this version lies there, by its manifest."""
    from mlflow.artifacts import list_artifacts

    names = {PurePosixPath(file.path).name for file in list_artifacts(artifact_uri=source)}
    if MANIFEST not in names:
        return False
    with TemporaryDirectory() as scratch:
        manifest = _download(f"{source}/{MANIFEST}", scratch).read_bytes()
    return hashlib.sha256(manifest).hexdigest() == bundle_version


def _download(source: str, into: str) -> Path:
    """Not by ``models:/``: that puts a file of its own among those of the bundle."""
    from mlflow.artifacts import download_artifacts

    return Path(download_artifacts(artifact_uri=source, dst_path=into))


def _version(found: Any) -> Version:
    tags = dict(found.tags)
    return Version(
        str(found.version), tags.get(BUNDLE_VERSION, ""), tags, found.source, found.run_id or None
    )
