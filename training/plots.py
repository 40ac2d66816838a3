"""Figures of a run as SVG with Chinese words, which the reader's own fonts draw."""

import io
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import confusion_matrix

from training.calibration import upper_error_bound
from training.evaluate import Outcome

_STYLE: Any = {
    "svg.fonttype": "none",  # text stays text: no Chinese font is needed to draw it
    "svg.hashsalt": "fenzhen",  # the same figure, the same bytes
    "font.family": ["sans-serif"],
    "axes.spines.top": False,
    "axes.spines.right": False,
    "font.size": 10,
}
_FONTS = "'Noto Sans CJK SC','Microsoft YaHei','PingFang SC','WenQuanYi Micro Hei',sans-serif"


def _svg(draw: Callable[[Axes], None], size: tuple[float, float]) -> bytes:
    buffer = io.StringIO()
    with rc_context(_STYLE), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = Figure(figsize=size, layout="constrained")
        draw(figure.subplots())
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    drawn = buffer.getvalue()
    start = drawn.index("<svg")  # without the DTD, whose address no closed network reaches
    return drawn[start:].replace("<svg ", f'<svg style="font-family:{_FONTS}" ', 1).encode()


def confusion(outcome: Outcome, title: str, names: Mapping[str, str]) -> bytes:
    """Rows are true labels, columns the labels chosen; cells show counts."""
    size = len(outcome.codes)
    counts = confusion_matrix(outcome.truth, outcome.chosen, labels=range(size))
    shares = counts / np.maximum(1, counts.sum(axis=1, keepdims=True))
    shown = [names[code] for code in outcome.codes]

    def draw(axes: Axes) -> None:
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for row, column in np.ndindex(size, size):
            colour = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column, row, str(counts[row, column]), ha="center", va="center", color=colour)
        axes.set_xticks(range(size), shown, rotation=45, ha="right")
        axes.set_yticks(range(size), shown)
        axes.set(xlabel="判为", ylabel="应为")
        axes.set_title(f"{title}：混淆矩阵（{outcome.truth.size} 条）")

    return _svg(draw, (2.6 + 0.62 * size, 2.0 + 0.5 * size))


def reliability(outcome: Outcome, title: str) -> bytes:
    """Accuracy against confidence in ten bins; the marker's size is the bin's share."""
    which = np.minimum((outcome.confidence * 10).astype(int), 9)

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color="grey", linestyle=":", label="完全可信")
        for part in np.unique(which):
            inside = which == part
            axes.scatter(
                outcome.confidence[inside].mean(),
                outcome.right[inside].mean(),
                s=20 + 900 * inside.mean(),
                color="tab:blue",
                alpha=0.7,
            )
        axes.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="所说的把握", ylabel="实际正确率")
        axes.set_title(f"{title}：可靠性（圆越大条数越多）")
        axes.legend(loc="upper left", frameon=False)

    return _svg(draw, (4.6, 4.2))


def risk_coverage(outcome: Outcome, title: str, gate: float, level: float) -> bytes:
    """Error of what is let through against its share, with the upper confidence bound."""
    order = np.argsort(-outcome.confidence, kind="stable")
    errors = np.cumsum(~outcome.right[order])
    counts = np.arange(1, errors.size + 1)
    shown = np.unique(np.linspace(min(30, errors.size), errors.size, 60).astype(int)) - 1

    def draw(axes: Axes) -> None:
        axes.plot(counts[shown] / errors.size, errors[shown] / counts[shown], label="错误率")
        bounds = [upper_error_bound(int(errors[i]), int(counts[i]), level) for i in shown]
        axes.plot(
            counts[shown] / errors.size, bounds, linestyle="--", label=f"{level:.0%} 把握下的上限"
        )
        axes.axvline(float(outcome.passed.mean()), color="grey", label=f"门槛 {gate:.2f}")
        axes.set(xlim=(0, 1), ylim=(0, None), xlabel="放行的比例", ylabel="其中判错的比例")
        axes.set_title(f"{title}：风险与放行")
        axes.legend(loc="upper left", frameon=False)

    return _svg(draw, (4.6, 4.2))


def learning_curve(
    sizes: Sequence[int], scores: Mapping[str, Sequence[float]], names: Mapping[str, str]
) -> bytes:
    """Macro-F1 per head against the number of labelled clues."""

    def draw(axes: Axes) -> None:
        for head, values in scores.items():
            axes.plot(sizes, values, marker="o", label=names[head])
        axes.set(xlabel="标注条数", ylabel="宏 F1（留出的一折）", ylim=(0, 1))
        axes.set_title("学习曲线")
        axes.legend(loc="lower right", frameon=False)

    return _svg(draw, (5.5, 3.8))
