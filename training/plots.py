"""Figures of a run as PNG bytes; drawn with codes, so they need no Chinese font."""

import io
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import confusion_matrix

from training.calibration import upper_error_bound
from training.evaluate import Outcome


def _png(draw: Callable[[Axes], None], size: tuple[float, float]) -> bytes:
    figure = Figure(figsize=size, layout="constrained")
    draw(figure.subplots())
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110, metadata={"Software": None})
    return buffer.getvalue()


def confusion(outcome: Outcome, head: str) -> bytes:
    """Rows are true labels, columns the labels chosen; cells show counts."""
    size = len(outcome.codes)
    counts = confusion_matrix(outcome.truth, outcome.chosen, labels=range(size))
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))

    def draw(axes: Axes) -> None:
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        for row in range(size):
            for column in range(size):
                colour = "white" if shares[row, column] > 0.5 else "black"
                axes.text(
                    column, row, str(counts[row, column]), ha="center", va="center", color=colour
                )
        axes.set_xticks(range(size), outcome.codes, rotation=45, ha="right")
        axes.set_yticks(range(size), outcome.codes)
        axes.set_xlabel("chosen")
        axes.set_ylabel("true")
        axes.set_title(f"{head}: confusion matrix, out of fold (n={outcome.truth.size})")

    return _png(draw, (1.5 + 0.75 * size, 1.2 + 0.65 * size))


def reliability(outcome: Outcome, head: str) -> bytes:
    """Accuracy against confidence in ten bins; the marker's size is the bin's share."""
    which = np.minimum((outcome.confidence * 10).astype(int), 9)

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color="grey", linestyle=":")
        for part in np.unique(which):
            inside = which == part
            axes.scatter(
                outcome.confidence[inside].mean(),
                outcome.right[inside].mean(),
                s=20 + 900 * inside.mean(),
                color="tab:blue",
                alpha=0.7,
            )
        axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="confidence", ylabel="accuracy")
        axes.set_title(f"{head}: reliability, out of fold")

    return _png(draw, (5, 4.5))


def risk_coverage(outcome: Outcome, head: str, gate: float, level: float) -> bytes:
    """Error of what is let through against its share, with the upper confidence bound."""
    order = np.argsort(-outcome.confidence, kind="stable")
    errors = np.cumsum(~outcome.right[order])
    counts = np.arange(1, errors.size + 1)
    shown = np.unique(np.linspace(min(30, errors.size), errors.size, 60).astype(int)) - 1

    def draw(axes: Axes) -> None:
        axes.plot(counts[shown] / errors.size, errors[shown] / counts[shown], label="error")
        bounds = [upper_error_bound(int(errors[i]), int(counts[i]), level) for i in shown]
        axes.plot(
            counts[shown] / errors.size, bounds, linestyle="--", label=f"upper bound ({level:.0%})"
        )
        axes.axvline(outcome.passed.mean(), color="grey", label=f"gate at {gate:.2f}")
        axes.set(xlim=(0, 1), ylim=(0, None), xlabel="coverage", ylabel="error")
        axes.set_title(f"{head}: risk–coverage, out of fold")
        axes.legend()

    return _png(draw, (5.5, 4))


def learning_curve(sizes: Sequence[int], scores: Mapping[str, Sequence[float]]) -> bytes:
    """Macro-F1 per head against the number of labelled clues."""

    def draw(axes: Axes) -> None:
        for head, values in scores.items():
            axes.plot(sizes, values, marker="o", label=head)
        axes.set(xlabel="labelled clues", ylabel="macro-F1 on held-out folds", ylim=(0, 1))
        axes.set_title("learning curve")
        axes.legend()

    return _png(draw, (5.5, 4))
