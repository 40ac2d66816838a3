"""Settings of the service, from the environment (``FENZHEN_MODEL``, ``FENZHEN_PORT``, …)."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """``model`` is the folder of the bundle; ``max_body_bytes`` is for one clue.

    Raises ``pydantic.ValidationError`` for a value out of range.
    """

    model_config = SettingsConfigDict(env_prefix="FENZHEN_", frozen=True, extra="ignore")

    model: Path = Path("var/bundle")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65_535)
    workers: int = Field(default=1, ge=1, le=64)
    max_body_bytes: int = Field(default=2 * 1024**2, ge=1024)
    max_batch_bytes: int = Field(default=32 * 1024**2, ge=1024)
    batch_limit: int = Field(default=1000, ge=1)
