"""Settings of the service, from the environment (``FENZHEN_MODEL``, ``FENZHEN_PORT``, …)."""

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class Settings(BaseSettings):
    """``model`` and ``shadow_model`` are a bundle's folder or ``models:/name@alias`` of MLflow.

    Sizes in bytes, times in seconds but for ``_ms``. Raises ``pydantic.ValidationError`` for a
    value out of range.
    """

    model_config = SettingsConfigDict(env_prefix="FENZHEN_", frozen=True, extra="ignore")

    mode: Literal["development", "production"] = "development"
    model: Path | str = Path("var/bundle")
    shadow_model: Path | str | None = None
    readers: int | None = Field(default=None, ge=1, le=64)
    onnx_threads: int = Field(default=1, ge=1, le=64)
    onnx_batch: int = Field(default=1, ge=1, le=16)
    onnx_bucket: int = Field(default=32, ge=1, le=512)
    onnx_wait_ms: float = Field(default=0, ge=0, le=1000)
    model_poll_seconds: float = Field(default=5, ge=0.05, le=3600)
    database_url: str = "sqlite:///var/fenzhen.db"
    key: SecretStr | None = None
    key_file: Path | None = None
    files: Path = Path("var/files")

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535)
    workers: int = Field(default=1, ge=1, le=64)
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    behind_tls_proxy: bool = False

    max_body_bytes: int = Field(default=2 * 1024**2, ge=1024)
    max_batch_bytes: int = Field(default=32 * 1024**2, ge=1024)
    max_file_bytes: int = Field(default=64 * 1024**2, ge=1024)
    batch_limit: int = Field(default=1000, ge=1)
    queue_limit: int = Field(default=512, ge=1)
    body_seconds: float = Field(default=20, gt=0)
    answer_seconds: float = Field(default=10, gt=0)
    requests_per_minute: int = Field(default=60_000, ge=1)
    webhook_hosts: Annotated[tuple[str, ...], NoDecode] = ()

    undo_seconds: int = Field(default=30, ge=0, le=3600)

    @field_validator("webhook_hosts", mode="before")
    @classmethod
    def _by_commas(cls, value: object) -> object:
        return (
            tuple(filter(None, value.replace(" ", "").split(",")))
            if isinstance(value, str)
            else value
        )

    @property
    def reading_threads(self) -> int:
        """How many clues a process reads at the same time: as many as there are cores for it."""
        if self.readers is not None:
            return self.readers
        return min(64, max(1, _cores() // (self.workers * self.onnx_threads)))

    @property
    def production(self) -> bool:
        return self.mode == "production"


def _cores() -> int:
    """Those that this process may use, where the system says which."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
