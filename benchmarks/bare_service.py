"""fenzhen's own bundle behind plain FastAPI: the same reading, nothing masked or stored."""

import os
from pathlib import Path

from fastapi import FastAPI

from model.clue import Clue
from model.triage import Triage
from model.triager import Triager

app = FastAPI()
_triager = Triager.load(Path(os.environ["BUNDLE"]))


@app.post("/classify")
def classify(clue: Clue) -> Triage:
    return _triager.triage(clue)
