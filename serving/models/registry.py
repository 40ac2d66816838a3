"""Models of the MLflow registry: ``models:/name@alias`` or ``models:/name/version``.

The one place of the service that knows MLflow; imported only where such a source is set. MLflow
itself retries a dead server for minutes, in which the service could not turn to what it has kept.
"""

import hashlib
import os
from pathlib import Path
from typing import Any

from serving.models.loading import RegistryError

_PREFIX = "models:/"
_BUNDLE_VERSION = "bundle_version"
"""The tag under which ``fenzhen model register`` writes which bundle a version is."""
os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "10")


def version_of(source: str) -> str:
    """The version that ``source`` stands for just now. Raises RegistryError."""
    return str(_found(source).version)


def download(source: str, into: Path) -> Path:
    """Copy the bundle of ``source`` into a folder; the bundle's path.

    Raises RegistryError, too when the files are not those of the bundle that was registered.
    """
    from mlflow.artifacts import download_artifacts
    from mlflow.exceptions import MlflowException

    found = _found(source)
    try:
        path = Path(download_artifacts(artifact_uri=found.source, dst_path=str(into)))
    except (MlflowException, OSError) as error:
        raise _unreachable(source) from error
    manifests = sorted(path.rglob("manifest.json"))
    if not manifests:
        raise RegistryError(f"登记的模型 {source} 里没有模型包，请重新登记")
    registered = found.tags.get(_BUNDLE_VERSION)
    held = hashlib.sha256(manifests[0].read_bytes()).hexdigest()
    if registered is not None and held != registered:
        raise RegistryError(f"登记的模型 {source} 的文件是别的模型包，请重新登记")
    return manifests[0].parent


def _found(source: str) -> Any:
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    name, _, alias = source.removeprefix(_PREFIX).partition("@")
    try:
        if alias:
            return MlflowClient().get_model_version_by_alias(name, alias)
        plain, _, number = name.partition("/")
        return MlflowClient().get_model_version(plain, number)
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            raise RegistryError(f"模型登记处没有 {source}，请核对名称与别名") from error
        raise _unreachable(source) from error


def _unreachable(source: str) -> RegistryError:
    return RegistryError(f"模型登记处暂时连不上，{source} 未能取得；请检查 MLFLOW_TRACKING_URI")
