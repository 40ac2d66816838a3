"""The model bundle: a folder that holds everything a prediction needs and nothing executable.

``manifest.json`` lists every file with its SHA-256. Loading reads no file that the manifest does
not list, and refuses a bundle that is incomplete, altered or of another format version.
"""

import hashlib
import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from model.errors import InvalidBundle

FORMAT_VERSION = 1
MANIFEST = "manifest.json"
_LARGEST_FILE = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bundle:
    """The verified files of a bundle by relative POSIX path, and its content hash.

    ``version`` is the SHA-256 of the manifest: the same content has the same version anywhere.
    """

    path: Path
    version: str
    files: Mapping[str, bytes]

    def json(self, name: str) -> Any:
        """A JSON file of the bundle. Raises InvalidBundle when it is missing or not JSON."""
        try:
            return json.loads(self.read(name))
        except (ValueError, RecursionError) as error:
            raise InvalidBundle(
                f"模型包文件 {self.path / name} 不是有效的 JSON，请重新训练"
            ) from error

    def text(self, name: str) -> str:
        """A text file of the bundle, with or without byte-order mark.

        Raises InvalidBundle when it is missing or not UTF-8.
        """
        try:
            return self.read(name).decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InvalidBundle(
                f"模型包文件 {self.path / name} 不是 UTF-8 编码，请重新训练"
            ) from error

    def folder(self, name: str) -> dict[str, bytes]:
        """The files of one folder of the bundle by their name in it."""
        prefix = f"{name}/"
        return {
            key.removeprefix(prefix): content
            for key, content in self.files.items()
            if key.startswith(prefix)
        }

    def read(self, name: str) -> bytes:
        """Content of one file. Raises InvalidBundle when the manifest does not list it."""
        if name not in self.files:
            raise InvalidBundle(f"模型包 {self.path} 缺少文件 {name}，请重新训练或重新复制")
        return self.files[name]


def refuse_foreign(path: Path) -> None:
    """Raises InvalidBundle for a place that holds anything but an older bundle."""
    if path.is_file():
        raise InvalidBundle(f"{path} 是文件，模型包要写进文件夹，请换一个位置")
    if path.exists() and any(path.iterdir()) and not (path / MANIFEST).is_file():
        raise InvalidBundle(f"文件夹 {path} 不是模型包，为免覆盖其他文件，请换一个空文件夹")


def write_bundle(path: Path, files: Mapping[str, bytes]) -> str:
    """Write a bundle into a folder that is absent, empty, or an older bundle; returns its version.

    It is written beside and swapped in, so no half-made bundle is ever loadable. The same files
    give the same bytes. Raises InvalidBundle when the folder holds anything else.
    """
    refuse_foreign(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as scratch:
        fresh, stale = Path(scratch) / "fresh", Path(scratch) / "stale"
        manifest = _manifest(files)
        for name, content in {**files, MANIFEST: manifest}.items():
            target = fresh / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        if path.exists():
            path.rename(stale)
        fresh.rename(path)
    return hashlib.sha256(manifest).hexdigest()


def _manifest(files: Mapping[str, bytes]) -> bytes:
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    return json_bytes({"format_version": FORMAT_VERSION, "files": sums})


def json_bytes(value: Any) -> bytes:
    """JSON with sorted keys and no locale: the same value gives the same bytes."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def read_bundle(path: Path) -> Bundle:
    """Read and verify a bundle.

    Raises InvalidBundle with the name of the first file that is missing, altered or unlisted.
    """
    manifest = _read(path, MANIFEST)
    listed = _listed(path, manifest)
    files = {}
    for name, expected in listed.items():
        content = _read(path, name)
        if hashlib.sha256(content).hexdigest() != expected:
            raise InvalidBundle(
                f"模型包文件 {path / name} 与清单不符（被改动或损坏），请重新训练或复制"
            )
        files[name] = content
    for found in path.rglob("*"):
        name = found.relative_to(path).as_posix()
        if found.is_file() and name != MANIFEST and name not in files:
            raise InvalidBundle(f"模型包文件 {found} 未列入清单，请移走它或重新训练")
    return Bundle(path, hashlib.sha256(manifest).hexdigest(), files)


def _listed(path: Path, manifest: bytes) -> dict[str, str]:
    try:
        content = json.loads(manifest)
        version, listed = content["format_version"], dict(content["files"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidBundle(f"模型包清单 {path / MANIFEST} 无法读取，请重新训练或复制") from error
    if version != FORMAT_VERSION:
        raise InvalidBundle(
            f"模型包清单 {path / MANIFEST} 的格式版本是 {version}，本程序只读 {FORMAT_VERSION}，"
            "请用同一版本的程序重新训练"
        )
    for name in listed:
        parts = PurePosixPath(name)
        if parts.is_absolute() or ".." in parts.parts:
            raise InvalidBundle(f"模型包清单 {path / MANIFEST} 含有越界的文件名，已拒绝加载")
    return listed


def _read(path: Path, name: str) -> bytes:
    target = path / name
    if not target.is_file():
        raise InvalidBundle(
            f"模型包 {path} 缺少文件 {name}，请先运行 make train 或指定正确的文件夹"
        )
    if target.stat().st_size > _LARGEST_FILE:
        raise InvalidBundle(f"模型包文件 {target} 过大，已拒绝加载")
    return target.read_bytes()
