"""What one would pick instead: scikit-learn TF-IDF on the same n-grams and logistic regression."""

import json
import logging
from pathlib import Path
from typing import Any

import jieba  # type: ignore[import-untyped]
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion

from model.ngrams import CHARACTER_ORDERS, WORD_ORDERS

HEADS = ("module", "urgency", "function")
Row = dict[str, Any]


def words(text: str) -> list[str]:
    """jieba's words, one-character ones included."""
    found: list[str] = jieba.lcut(text, HMM=False)
    return found


def load_rows(folder: Path) -> list[Row]:
    """The shipped clues, in order."""
    return [
        json.loads(line)
        for path in sorted(folder.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def usual_texts(rows: list[Row]) -> list[str]:
    """The first 300 texts of about 200 characters, the length of a usual clue."""
    return [row["text"] for row in rows if 150 <= len(row["text"]) <= 260][:300]


class Peer:
    """One union of vectorisers and one classifier per head."""

    def __init__(self, rows: list[Row]) -> None:
        jieba.setLogLevel(logging.ERROR)
        self.features = FeatureUnion(
            [
                ("characters", TfidfVectorizer(
                    analyzer="char", ngram_range=(CHARACTER_ORDERS[0], CHARACTER_ORDERS[-1]),
                    sublinear_tf=True, min_df=2)),
                ("words", TfidfVectorizer(
                    tokenizer=words, token_pattern=None,
                    ngram_range=(WORD_ORDERS[0], WORD_ORDERS[-1]), sublinear_tf=True, min_df=2)),
            ]
        )  # fmt: skip
        matrix = self.features.fit_transform([row["text"] for row in rows])
        self.heads = {
            head: LogisticRegression(C=3, class_weight="balanced", max_iter=50).fit(
                matrix, [row[head] for row in rows]
            )
            for head in HEADS
        }

    def classify(self, text: str) -> dict[str, dict[str, float]]:
        """Probability of every label of every head."""
        vector = self.features.transform([text])
        return {
            head: dict(
                zip(found.classes_.tolist(), found.predict_proba(vector)[0].tolist(), strict=True)
            )
            for head, found in self.heads.items()
        }
