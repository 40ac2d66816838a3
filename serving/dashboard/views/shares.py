"""Shares in words: never a percentage without its n."""

from serving.queries.curves import FEW, Share


def in_words(share: Share) -> str:
    """92.0%（46/50，区间 81.2–96.8%）; the interval is Wilson's at 95 %."""
    if share.value is None:
        return "尚无（0 件）"
    return f"{percent(share.value)}（{share.right}/{share.total}，{interval(share)}）"


def interval(share: Share) -> str:
    return f"区间 {share.low * 100:.1f}–{share.high * 100:.1f}%"


def percent(value: float | None) -> str:
    return "—" if value is None else f"{value * 100:.1f}%"


def too_few(reviewed: int) -> str | None:
    """What a chart of so few reviewed clues must say; None where there are enough."""
    if reviewed >= FEW:
        return None
    return f"只有 {reviewed} 件经人工复核，不足 {FEW} 件，曲线仅供参考，不能据此下结论。"
