"""fenzhen's own bundle as an MLflow model, for ``mlflow models serve``."""

from pathlib import Path
from typing import Any

from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel

from model.clue import Clue
from model.triager import Triager


class TriageModel(PythonModel):
    """One triage per row of the column ``text``."""

    def load_context(self, context: Any) -> None:
        self.triager = Triager.load(Path(context.artifacts["bundle"]))

    def predict(self, context: Any, model_input: Any, params: Any = None) -> list[Any]:
        return [
            self.triager.triage(Clue(text=text)).model_dump(mode="json")
            for text in model_input["text"]
        ]


set_model(TriageModel())
