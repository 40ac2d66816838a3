"""How charts look in each mode. Colours of series differ in lightness and come with patterns."""

from dataclasses import dataclass
from typing import Any

Option = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Palette:
    ink: str
    muted: str
    line: str
    surface: str
    series: tuple[str, ...]
    warn: str


LIGHT = Palette("#1a222d", "#505b69", "#d5dae1", "#ffffff",
                ("#1c4f91", "#c26a00", "#1b6a3a", "#6a3399", "#8a94a3"), "#a61b1b")  # fmt: skip
DARK = Palette("#e7ebf0", "#abb5c1", "#333d49", "#1a2129",
               ("#8ab8f2", "#f5bd6b", "#86d6a0", "#d5b3f4", "#abb5c1"), "#ff9d94")  # fmt: skip


def palette(theme: str) -> Palette:
    return DARK if theme == "dark" else LIGHT


def base(look: Palette, *, patterns: bool = False) -> Option:
    """What all charts share; ``patterns`` lets bars be told apart without colour."""
    return {
        "animation": False,
        "color": list(look.series),
        "textStyle": {"fontFamily": '"Noto Sans CJK SC","Microsoft YaHei",sans-serif'},
        "aria": {"enabled": True, "decal": {"show": patterns}},
        "grid": {"left": 8, "right": 20, "top": 36, "bottom": 8, "containLabel": True},
        "legend": {"top": 0, "left": 0, "textStyle": {"color": look.muted}, "itemWidth": 18},
        "tooltip": {
            "trigger": "axis", "backgroundColor": look.surface, "borderColor": look.line,
            "textStyle": {"color": look.ink}, "confine": True,
        },
    }  # fmt: skip


def axis(look: Palette, kind: str, name: str = "", **more: Any) -> Option:
    label = {"color": look.muted, **more.pop("axisLabel", {})}
    return {
        "type": kind, "name": name, "nameTextStyle": {"color": look.muted},
        "axisLabel": label, "axisLine": {"lineStyle": {"color": look.line}},
        "splitLine": {"show": kind == "value", "lineStyle": {"color": look.line}}, **more,
    }  # fmt: skip


PERCENT = {"formatter": "{value}%"}
