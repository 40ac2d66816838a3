"""The keys that seal what citizens wrote, from where the settings say."""

import logging
import os
from pathlib import Path

from serving.encryption import seal, unseal
from serving.keyring import InvalidKey, Keyring, load_keys, new_key
from serving.settings import Settings

_log = logging.getLogger("fenzhen.keys")
DEVELOPMENT_KEY = "development.key"


def service_keys(settings: Settings) -> Keyring:
    """From ``FENZHEN_KEY`` or the key file; in development one is made where there is none.

    Raises InvalidKey.
    """
    given = settings.key.get_secret_value() if settings.key else None
    if given or settings.key_file or settings.production:
        return load_keys(given, settings.key_file)
    return load_keys(None, _development_key(settings.files))


class ServiceKeys:
    """The keys of a process that runs for weeks: read anew as soon as their file is another, so
    that a rotation needs no restart. Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        """Raises InvalidKey."""
        self._settings = settings
        self._keyring = service_keys(settings)
        self._seen = self._stamp()

    @property
    def keyring(self) -> Keyring:
        """A file that cannot be used is told in the log, and what was read before goes on."""
        stamp = self._stamp()
        if stamp != self._seen:
            self._seen = stamp
            try:
                self._keyring = service_keys(self._settings)
            except InvalidKey as error:
                _log.error("密钥文件已变动但不能用，仍用原来的密钥：%s", error.detail)
        return self._keyring

    def seal(self, content: str, bound_to: str) -> bytes:
        return seal(content, bound_to, self.keyring)

    def unseal(self, sealed: bytes, bound_to: str) -> str:
        """Raises CannotUnseal."""
        return unseal(sealed, bound_to, self.keyring)

    def _stamp(self) -> tuple[int, int, int] | None:
        if self._settings.key:
            return None  # the environment of a process never changes
        try:
            found = (self._settings.key_file or self._settings.files / DEVELOPMENT_KEY).stat()
        except OSError:
            return None
        return found.st_ino, found.st_size, found.st_mtime_ns


def _development_key(folder: Path) -> Path:
    path = folder / DEVELOPMENT_KEY
    folder.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path
    with os.fdopen(descriptor, "w") as file:
        file.write(new_key() + "\n")
    _log.warning("开发模式：已生成加密密钥 %s，正式使用请另行生成并妥善保管", path)
    return path
