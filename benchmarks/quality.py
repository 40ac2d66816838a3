"""``python -m benchmarks.quality``: who reads best, on the same splits, with paired intervals.

``--real FILE`` adds labelled real messages (JSON Lines with module, urgency and function),
``--messages FILE`` a CSV of messages with ``detail``, ``label`` and ``group``. Neither is ever
learned from for the composed corpus. ``--kept FILE`` adds what ``benchmarks.all_heads`` has kept,
``--fine-tuned`` and ``--unlabelled FILE`` the same readers where messages are asked, ``--setfit N``
SetFit. Answers stay in ``--answers``: run again, it goes on where it was, or makes the tables anew.
What took hours is in ``benchmarks/answers``, one archive a contender, to be unpacked there.
"""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"})

import numpy as np

from benchmarks.answers import Answers, Contender, Question, answers
from benchmarks.contest import CONTENDERS, PEERS
from benchmarks.learners import distilled, fine_tuned, fine_tuned_stacked
from benchmarks.setfit_peer import setfit_on
from benchmarks.sets import HEADS, composed, draw, subjects
from benchmarks.standings import gains_over, standings, tables
from benchmarks.texts import Encoder
from model.signals import load_signals
from training.config import TrainingConfig
from training.distil import read_unlabelled
from training.transformer.checkpoint import E5_SMALL, resolve_base_model

_FEW = 50
"""Labelled texts a class: what SetFit is made for."""


def composed_questions(encoder: Encoder, real: Path | None, seeds: int) -> list[Question]:
    """Each head learned from nine clues in ten, and the module from a few."""
    sets = composed(real)
    seen, asked = encoder.texts(sets.train), encoder.texts(sets.asked)
    found = []
    for head, size in [*((head, None) for head in HEADS), ("module", _FEW)]:
        truth, goal = (np.array([row[head] for row in part]) for part in (sets.train, sets.asked))
        draws = [draw(truth, size, seed) for seed in range(seeds)]
        name = f"{head}, {size} a class" if size else head
        found.append(Question(name, seen, truth, asked, goal, draws, sets.parts))
    return found


def message_questions(encoder: Encoder, file: Path, most: int, seeds: int) -> list[Question]:
    """Seven municipal subjects, a quarter of the groups held out."""
    rows = subjects(file, most)
    texts, labels = encoder.texts(rows), np.array([row["label"] for row in rows])
    kinds = np.random.default_rng(0).permutation(np.unique(texts.groups))
    held_out = np.isin(texts.groups, kinds[: kinds.size // 4])
    train, test = np.flatnonzero(~held_out), np.flatnonzero(held_out)
    seen, asked, parts = texts.take(train), texts.take(test), {"messages": np.arange(test.size)}
    found = []
    for size in (_FEW, 100, 200, None):
        draws = [draw(labels[train], size, seed) for seed in range(seeds)]
        name = f"{size} a class" if size else f"{draws[0].size:,} texts"
        found.append(Question(name, seen, labels[train], asked, labels[test], draws, parts))
    return found


def learned_whole(arguments: argparse.Namespace) -> Mapping[str, Contender]:
    """What must be asked for and takes minutes a fit: our learners, which only messages ask."""
    found: dict[str, Contender] = {}
    if arguments.fine_tuned:
        found |= {"fine-tuned": fine_tuned, "stacked, fine-tuned": fine_tuned_stacked}
    if arguments.unlabelled is not None:
        signals = load_signals(TrainingConfig().signals)
        found["linear, distilled"] = distilled(read_unlabelled(arguments.unlabelled, signals))
    return found


def kept(files: Sequence[Path], head: str) -> Answers:
    """What other runs have chosen for a head, by contender."""
    found: Answers = {}
    for file in files:
        with np.load(file, allow_pickle=False) as arrays:
            names = [name for name in arrays.files if name.endswith(f"/{head}")]
            found |= {name.removesuffix(f"/{head}"): list(arrays[name]) for name in names}
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--real", type=Path)
    parser.add_argument("--messages", type=Path)
    parser.add_argument("--most", type=int, default=20_000, help="rows of --messages drawn")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--cache", type=Path, default=Path("var/cache"))
    parser.add_argument("--answers", type=Path, default=Path("var/answers"))
    parser.add_argument("--kept", type=Path, action="append", default=[])
    parser.add_argument(
        "--setfit", type=int, action="append", metavar="LAYERS", help="on so many of the encoder's"
    )
    parser.add_argument("--fine-tuned", action="store_true")
    parser.add_argument("--unlabelled", type=Path)
    parser.add_argument("--costly-draws", type=int, help="of these three, minutes a fit; else all")
    parser.add_argument("--without-composed", action="store_true")
    arguments = parser.parse_args()
    encoder = Encoder(arguments.cache)
    setfit: dict[str, Contender] = {}
    if arguments.setfit:
        checkpoint = resolve_base_model(E5_SMALL, arguments.cache / "checkpoints")
        setfit = {f"SetFit, {n} layers": setfit_on(checkpoint, n) for n in arguments.setfit}
    asked: list[tuple[Question, Mapping[str, Contender]]] = []
    if not arguments.without_composed:
        composed_ones = composed_questions(encoder, arguments.real, arguments.seeds)
        asked += [(question, setfit) for question in composed_ones]
    if arguments.messages is not None:
        costly = {**learned_whole(arguments), **setfit}
        messages = message_questions(encoder, arguments.messages, arguments.most, arguments.seeds)
        asked += [(question, costly) for question in messages]
    figures, all_found = {}, []
    for question, beside in asked:
        found = answers(question, CONTENDERS, arguments.answers)
        some = replace(question, draws=question.draws[: arguments.costly_draws])
        found |= answers(some, beside, arguments.answers)
        found |= kept(arguments.kept, question.name)
        all_found.append(found)
        for part, contender, told in standings(question, found, PEERS):
            figures[part, contender, question.name] = told
            print(f"{part}, {question.name}: {contender} {told}", flush=True)
    print(
        "\nAccuracy / macro-F1; points of macro-F1 over the better of TF-IDF and fastText [95 %]\n"
    )
    print(tables(figures))
    if not arguments.without_composed:
        heads = len(HEADS)
        print(
            "| mean of the heads | over linear | accuracy | macro-F1 |\n| --- | --- | --- | --- |"
        )
        questions = [question for question, _ in asked[:heads]]
        print("\n".join(gains_over("linear", questions, all_found[:heads])))


if __name__ == "__main__":
    main()
