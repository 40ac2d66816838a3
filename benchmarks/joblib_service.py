"""The plain service one would write: FastAPI, joblib, the scikit-learn peer."""

import os

import joblib  # type: ignore[import-untyped]
from fastapi import FastAPI
from pydantic import BaseModel

app = FastAPI()
peer = joblib.load(os.environ["PEER"])


class Message(BaseModel):
    text: str


@app.post("/classify")
def classify(message: Message) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = peer.classify(message.text)
    return found
