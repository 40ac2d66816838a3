"""fenzhen's own bundle behind BentoML, as its tutorial writes a service; nothing is stored.

BentoML needs other versions of what this project pins, so it runs in an environment of its own:
``pip install bentoml==1.4.40`` and this project without extras; ``--bentoml`` names its command.
"""

import os
from pathlib import Path
from typing import Any

import bentoml  # type: ignore[import-not-found]

from model.clue import Clue
from model.triager import Triager


@bentoml.service(workers=1)
class Triages:
    def __init__(self) -> None:
        self.triager = Triager.load(Path(os.environ["BUNDLE"]))

    @bentoml.api  # type: ignore[untyped-decorator]
    def classify(self, text: str) -> dict[str, Any]:
        return self.triager.triage(Clue(text=text)).model_dump(mode="json")
