"""The guides show what the program really does."""

import json
import re
from pathlib import Path

import pytest

from model.clue import Clue
from model.triage import Triage
from model.triager import Triager
from serving.problems import KINDS
from training.labelled import CLUE_COLUMNS, LABEL_COLUMNS

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def guide() -> str:
    return (DOCS / "接入指南.md").read_text(encoding="utf-8")


def _json_block(text: str, kind: str) -> str:
    found = re.search(rf"```json {kind}\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found.group(1)


def _shape(value: object) -> object:
    """Keys and types of a JSON value; a list counts by its first element."""
    if isinstance(value, dict):
        return {key: _shape(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_shape(part) for part in value[:1]]
    return type(value).__name__


def test_the_request_shown_is_a_valid_clue(guide: str) -> None:
    clue = Clue.model_validate_json(_json_block(guide, "request"))
    for field in Clue.model_fields:
        assert f"`{field}`" in guide
    assert clue.text


def test_the_answer_shown_is_what_the_service_answers(guide: str, triager: Triager) -> None:
    clue = Clue.model_validate_json(_json_block(guide, "request"))
    shown = _json_block(guide, "answer")
    Triage.model_validate_json(shown)
    answer = json.loads(triager.triage(clue).model_dump_json())
    shown_answer = json.loads(shown)
    assert shown_answer.keys() == answer.keys()
    assert shown_answer["module"]["code"] == answer["module"]["code"]
    assert shown_answer["unit"] == answer["unit"]
    assert shown_answer["deadlines"] == answer["deadlines"]
    assert _shape(shown_answer["module"]) == _shape(answer["module"])


def test_every_error_code_is_explained(guide: str) -> None:
    for code, kind in KINDS.items():
        assert f"`{code}`" in guide and str(kind.status) in guide


def test_every_column_of_a_labelled_file_is_explained() -> None:
    manual = (DOCS / "分析员手册.md").read_text(encoding="utf-8")
    for column in (*LABEL_COLUMNS, *CLUE_COLUMNS, "secondary_modules", "author_group"):
        assert f"`{column}`" in manual or column == "channel"
