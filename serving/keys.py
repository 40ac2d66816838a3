"""The keys that seal what citizens wrote, from where the settings say."""

import logging
import os
from pathlib import Path

from serving.keyring import Keyring, load_keys, new_key
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
