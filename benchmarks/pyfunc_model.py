"""fenzhen's own bundle as an MLflow model, for ``mlflow models serve``."""

from pathlib import Path
from typing import Any

import mlflow

from model.clue import Clue
from model.triager import Triager


class TriageModel(mlflow.pyfunc.PythonModel):  # type: ignore[misc]
    """One triage per row of the column ``text``."""

    def load_context(self, context: Any) -> None:
        self.triager = Triager.load(Path(context.artifacts["bundle"]))

    def predict(self, context: Any, model_input: Any, params: Any = None) -> list[Any]:
        return [
            self.triager.triage(Clue(text=text)).model_dump(mode="json")
            for text in model_input["text"]
        ]


mlflow.models.set_model(TriageModel())
