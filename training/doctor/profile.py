"""How long the texts are and how people typed them, beside a reference."""

import re
from collections.abc import Callable, Sequence
from statistics import mean, quantiles
from typing import Any

from model.clean import clean
from training.doctor.finding import Finding

_PERCENTILES = (5, 25, 50, 75, 95)
_STOPS = re.compile(r"[，。！？；,.!?;、]")
_GREETING = re.compile(r"\s*(?:尊敬的|您好|你好|领导|.{0,12}(?:书记|市长|局长|检察官)[:：])")
_SIGNS: dict[str, tuple[str, Callable[[str], bool]]] = {
    "no_punctuation": ("通篇无标点", lambda t: len(t) > 30 and not _STOPS.search(t)),
    "several_lines": ("分行", lambda t: "\n" in t.strip()),
    "greeting": ("以称呼或问候开头", lambda t: bool(_GREETING.match(t))),
    "question": ("有问号", lambda t: bool(re.search(r"[?？]", t))),
    "exclamation": ("连用叹号", lambda t: bool(re.search(r"[!！]{2,}", t))),
    "plea": ("有恳求", lambda t: bool(re.search(r"恳请|恳求|跪求|求求|急急|救救|望.{0,8}领导", t))),
    "masked": ("隐去姓名", lambda t: bool(re.search(r"某|\*{2,}|[A-ZＸ×]先生|X女士", t))),
    "telephone": ("有电话号码", lambda t: bool(re.search(r"1\d{2}[\d*]{8}|0\d{2,3}-?\d{7,8}", t))),
    "sum": ("有金额", lambda t: bool(re.search(r"\d[\d,.]*\s*(?:元|块|万|多万)", t))),
    "date": ("有日期", lambda t: bool(re.search(r"\d{4}年|\d{1,2}月\d{1,2}[日号]", t))),
    "law": ("引用法规", lambda t: bool(re.search(r"《[^》]*(?:法|条例|办法|规定)", t))),
    "numbered": ("分条列述", lambda t: bool(re.search(r"(?:^|\n|。)\s*(?:[一1][、.．])", t))),
    "ticket_header": ("带工单抬头", lambda t: bool(re.search(r"^【|工单|诉求人|来电人", t))),
    "traditional": ("有繁体字", lambda t: any(_is_traditional(c) for c in t)),
    "emoji": ("有表情符号", lambda t: bool(re.search("[\U0001f300-\U0001faff☀-➿]", t))),
    "latin": ("有外文单词", lambda t: bool(re.search(r"[A-Za-z]{3,}", t))),
}  # fmt: skip
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MEDIANS = (0.5, 2.0)
_SHARE_APART = 0.15


def _is_traditional(character: str) -> bool:
    return bool(_HAN.match(character)) and clean(character).text != character


def profile(texts: Sequence[str]) -> dict[str, Any]:
    """Percentiles of length in characters, and the share of texts, 0 … 1, showing each sign."""
    lengths = sorted(map(len, texts))
    cuts = quantiles(lengths, n=100, method="inclusive") if len(lengths) > 1 else lengths * 99
    return {
        "texts": len(texts),
        "length": {f"p{p}": round(cuts[p - 1]) for p in _PERCENTILES} | {"max": lengths[-1]},
        "short": mean(length <= 60 for length in lengths),
        "long": mean(length > 400 for length in lengths),
        "signs": {sign: mean(map(shows, texts)) for sign, (_, shows) in _SIGNS.items()},
    }


def check_profile(texts: Sequence[str], reference: Sequence[str] | None) -> Finding:
    """Beside a reference file, warn where the medians or the shares lie far apart."""
    own = profile(texts)
    length = own["length"]
    summary = (
        f"字数中位 {length['p50']}，最长 {length['max']}，"
        f"60 字以内 {own['short']:.0%}，超过 400 字 {own['long']:.0%}"
    )
    if reference is None:
        rows = tuple(f"{name} {own['signs'][sign]:.1%}" for sign, (name, _) in _SIGNS.items())
        return Finding("profile", "长短与笔法", "good", summary, rows, {"own": own})
    other = profile(reference)
    apart = []
    ratio = length["p50"] / max(1, other["length"]["p50"])
    summary += f"；参照中位 {other['length']['p50']}"
    if not _MEDIANS[0] <= ratio <= _MEDIANS[1]:
        apart.append(f"字数中位是参照的 {ratio:.2f} 倍")
    apart += [
        f"{name} {own['signs'][sign]:.1%}，参照 {other['signs'][sign]:.1%}"
        for sign, (name, _) in _SIGNS.items()
        if abs(own["signs"][sign] - other["signs"][sign]) > _SHARE_APART
    ]
    summary += f"；{len(apart)} 处与参照相差较大" if apart else "；与参照相近"
    figures = {"own": own, "like": other}
    return Finding(
        "profile", "长短与笔法", "warn" if apart else "good", summary, tuple(apart), figures
    )
