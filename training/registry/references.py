"""How a user names a model: a folder, ``champion``, ``models:/fenzhen@champion``, a number."""

from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from training.registry.catalogue import MODEL, Alias, Catalogue, RegistryFault, Version
from training.tracking.store import store_in_use

_PREFIX = "models:/"


@dataclass(slots=True)
class Models:
    """Finds models by name and opens the registry only when one is in it."""

    _catalogue: Catalogue | None = None

    @property
    def catalogue(self) -> Catalogue:
        """Raises TrackingUnavailable."""
        if self._catalogue is None:
            self._catalogue = Catalogue.open()
        return self._catalogue

    def folder(self, name: str) -> Path:
        """The bundle's folder, fetched from the registry if need be. Raises RegistryFault."""
        if _is_folder(name):
            return Path(name)
        return self.catalogue.fetch(self.version(name))

    def version(self, name: str) -> Version:
        """The registered version of that name. Raises RegistryFault when there is none."""
        found = self.find(name)
        if found is None:
            raise RegistryFault(
                f"登记处没有“{name}”，请先运行 fenzhen model register 登记，"
                "或写模型包文件夹、champion、challenger、previous、版本号"
            )
        return found

    def find(self, name: str) -> Version | None:
        """The registered version of that name, if there is one."""
        bare = name.removeprefix(f"{_PREFIX}{MODEL}").lstrip("@/")
        for alias in get_args(Alias):
            if bare == alias:
                return self.catalogue.by_alias(alias)
        return self.catalogue.by_number(bare) if bare.isdecimal() else None


def can_go_back() -> bool:
    """Whether the registry has a model before the one in service. Raises TrackingUnavailable."""
    return store_in_use() and Catalogue.open().by_alias("previous") is not None


def _is_folder(name: str) -> bool:
    return not name.startswith(_PREFIX) and Path(name).is_dir()
