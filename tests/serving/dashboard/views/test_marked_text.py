"""A stranger's words on the page: never lost, never more than words."""

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from serving.dashboard.views.marked_text import as_html, legend, pieces

SPANS = st.lists(
    st.fixed_dictionaries({
        "start": st.integers(0, 60), "end": st.integers(0, 60),
        "head": st.sampled_from(["module", "urgency", "function", "secondary_modules"]),
        "weight": st.floats(0, 1),
    }),
    max_size=8,
)  # fmt: skip


@given(st.text(max_size=60), SPANS, SPANS)
def test_the_pieces_put_together_are_the_text(
    text: str, evidence: list[dict[str, object]], places: list[dict[str, object]]
) -> None:
    assert "".join(piece.text for piece in pieces(text, evidence, places)) == text


@given(st.text(max_size=60), SPANS)
def test_what_a_browser_reads_is_the_text_and_our_marks(
    text: str, evidence: list[dict[str, object]]
) -> None:
    shown = str(as_html(pieces(text, evidence, [])))
    without_signs = re.sub(r'<span class="tag \w+">.</span>', "", shown)
    words = re.sub(r'</?mark(?: class="\w+ w[123]")?>', "", without_signs)
    assert html.unescape(words) == html.unescape(html.escape(text))
    assert "<" not in words


def test_evidence_is_marked_by_class_sign_and_strength() -> None:
    text = "校门口线缆乱拉，孩子走过"
    evidence = [{"start": 0, "end": 3, "head": "module", "weight": 0.41}]
    assert str(as_html(pieces(text, evidence, []))) == (
        '<mark class="module w3">校门口</mark><span class="tag module">模</span>线缆乱拉，孩子走过'
    )


def test_the_legend_explains_only_what_is_marked() -> None:
    evidence = [{"start": 0, "end": 1, "head": "urgency", "weight": 0.2}]
    assert "支持“紧急程度”" in legend(pieces("急", evidence, []))
    assert "支持“模块”" not in legend(pieces("急", evidence, []))
    assert legend(pieces("无", [], [])) == ""
