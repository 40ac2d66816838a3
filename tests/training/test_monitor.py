"""Has anything changed? A quiet month raises no alarm, a planted change does, few say nothing."""

import json
import sqlite3
import xml.etree.ElementTree as ET
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from scipy import stats
from sklearn.metrics import roc_auc_score
from typer.testing import CliRunner

from fenzhen import app
from model.taxonomy import Taxonomy
from training.axes import Axes
from training.monitor.compare import Comparison, compare_windows
from training.monitor.report import html_report, verdict, write_prometheus
from training.monitor.statistics import (
    divisions,
    holm,
    mean_distance,
    mix_distance,
    permutation_p,
    shape_distance,
)
from training.monitor.window import Answer, Window, answers_of_service
from training.two_samples import Separation, area_under_curve

KNOWN = frozenset(map(chr, range(0x4E00, 0x9FA6)))


def _answers(count: int, seed: int, **changed: object) -> list[Answer]:
    random = np.random.default_rng(seed)
    signs = [chr(c) for c in range(0x4E00, 0x4E00 + 600)]

    def one() -> Answer:
        module = str(random.choice(["public_interest", "out_of_scope", "service_center"]))
        labels = {"module": module, "urgency": "normal", "function": "transfer"}
        confidence = dict.fromkeys(labels, float(random.random()))
        corrected = {head: bool(random.random() < 0.2) for head in labels}
        text = "".join(random.choice(signs, random.integers(30, 90)))
        return Answer(text, labels, confidence, bool(random.random() < 0.3), corrected)

    return [replace(one(), **changed) for _ in range(count)]


def _compare(before: list[Answer], after: list[Answer]) -> Comparison:
    return compare_windows(
        Window.of("前", before), Window.of("后", after), KNOWN, permutations=499
    )  # fmt: skip


def _alarms(found: Comparison) -> set[str]:
    return {signal.code for signal in found.alarms}


QUIET = _answers(80, 1)


def test_a_quiet_month_raises_no_alarm() -> None:
    found = _compare(QUIET, _answers(80, 2))
    assert not found.alarms and verdict(found) == "未见变化。"


LABELS = {"module": "judicial_aid", "urgency": "normal", "function": "transfer"}


@pytest.mark.parametrize(
    ("changed", "signal"),
    [
        ({"labels": LABELS}, "mix_module"),
        ({"confidence": dict.fromkeys(LABELS, 0.2)}, "confidence_urgency"),
        ({"abstains": True}, "abstention"),
        ({"corrected": dict.fromkeys(LABELS, True)}, "correction_function"),
    ],
)
def test_a_planted_change_is_found_where_it_was_planted(
    changed: dict[str, object], signal: str
) -> None:
    assert signal in _alarms(_compare(QUIET, _answers(80, 2, **changed)))


def test_longer_letters_strange_characters_and_new_words_are_found() -> None:
    def other(answer: Answer, number: int) -> Answer:
        return replace(answer, text=f"{answer.text}供热站锅炉炸裂{answer.text[::-1]}ΩΨЖ{number}")

    after = [other(answer, i) for i, answer in enumerate(_answers(80, 2))]
    assert {"length", "unknown", "domain"} <= _alarms(_compare(QUIET, after))


def test_too_few_answers_are_not_judged() -> None:
    found = _compare(_answers(9, 1), _answers(200, 2, labels=LABELS))
    assert all(signal.p is None for signal in found.signals)
    assert all("样本不足 10 条" in signal.note for signal in found.signals)
    assert "件数太少" in verdict(found)


def test_corrections_are_judged_only_where_enough_were_reviewed() -> None:
    unseen = [replace(answer, corrected=None) for answer in _answers(80, 2)]
    found = {signal.code: signal for signal in _compare(QUIET, unseen).signals}
    assert found["correction_module"].p is None and found["mix_module"].p is not None


def test_a_letter_sent_a_hundred_times_is_one_event() -> None:
    flood = [replace(QUIET[0], text=f"{QUIET[0].text}！{i}") for i in range(100)]
    window = Window.of("后", [*_answers(30, 2), *flood])
    assert (len(window.answers), window.copies) == (31, 99)


def test_the_same_windows_give_the_same_verdict() -> None:
    after = _answers(60, 3)
    assert _compare(QUIET, after).signals == _compare(QUIET, after).signals


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=20, max_size=40))
@settings(max_examples=30, deadline=None)
def test_the_distances_are_those_of_the_textbook(values: list[float]) -> None:
    pooled, cut = np.array(values), 8
    second = divisions(cut, pooled.size - cut, 3, np.random.default_rng(0))
    for row in range(4):
        before, after = pooled[~second[row]], pooled[second[row]]
        gap = abs(before.mean() - after.mean())
        assert mean_distance(pooled, second)[row] == pytest.approx(gap)
        reference = stats.ks_2samp(before, after).statistic
        assert shape_distance(pooled, second)[row] == pytest.approx(reference)
        if len(set(values)) > 1:
            table = [[(part == v).sum() for v in sorted(set(values))] for part in (before, after)]
            reference = stats.chi2_contingency(table, correction=False).statistic
            assert mix_distance(pooled.astype(str), second)[row] == pytest.approx(reference)


def test_the_area_under_the_curve_is_scikit_learns() -> None:
    random = np.random.default_rng(0)
    scores, second = random.integers(0, 9, 60).astype(float), random.random(60) < 0.4
    assert area_under_curve(scores, second) == pytest.approx(roc_auc_score(second, scores))


def test_a_left_out_text_is_scored_by_a_classifier_that_never_saw_it() -> None:
    texts = [answer.text for answer in QUIET[:30]]
    second = np.arange(30) % 2 == 0
    found = Separation.of(texts).scores(second)
    flipped = second.copy()
    flipped[7] = ~flipped[7]
    goals = flipped.astype(float) - flipped.mean()
    # Its own label moves its score only through the common mean.
    again = Separation.of(texts).scores(flipped)
    hat = Separation.of(texts).hat
    shift = float(goals.mean() - 0) + (second.mean() - flipped.mean())
    others = np.delete(hat[7], 7).sum() / (1 - hat[7, 7])
    assert again[7] - found[7] == pytest.approx(shift * others, abs=1e-4)


def test_the_p_value_counts_the_true_division() -> None:
    assert permutation_p(np.array([3.0, 1, 2, 0])) == 0.25
    assert permutation_p(np.zeros(4)) == 1


def test_holm_on_his_own_example() -> None:
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@pytest.mark.slow
def test_false_alarms_stay_at_the_level() -> None:
    """At n = 11, 300 quiet pairs: the bound is what a rate of 5 % exceeds once in ten thousand."""
    random = np.random.default_rng(5)
    whole = _answers(400, 7)
    alarms = 0
    for seed in range(300):
        drawn = [whole[i] for i in random.permutation(len(whole))[:22]]
        windows = (Window("前", tuple(drawn[:11]), 0), Window("后", tuple(drawn[11:]), 0))
        alarms += bool(compare_windows(*windows, KNOWN, permutations=299, seed=seed).alarms)
    assert alarms <= stats.binom.ppf(0.9999, 300, 0.05)


class _Addresses(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.outside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = [value for name, value in attrs if name in ("src", "href") and value]
        self.outside += [*named, *(["script"] if tag == "script" else [])]


def test_the_page_opens_offline_and_shows_both_windows(taxonomy: Taxonomy) -> None:
    found = compare_windows(
        Window.of("<b>三月</b>", QUIET), Window.of("四月", _answers(80, 2, labels=LABELS)), KNOWN,
        permutations=199,
    )  # fmt: skip
    page = html_report(found, Axes(taxonomy).names)
    seen = _Addresses()
    seen.feed(page)
    assert seen.outside == [] and "<b>三月</b>" not in page
    assert "有变化：" in page and "司法救助" in page and "不超过 5%" in page
    for drawing in page.split("<svg")[1:]:
        ET.fromstring("<svg" + drawing.split("</svg>")[0] + "</svg>")  # noqa: S314 – our own page


def test_prometheus_can_read_the_figures(tmp_path: Path) -> None:
    found = _compare(QUIET, _answers(80, 2, abstains=True))
    write_prometheus(found, tmp_path / "漂移.prom")
    families = text_string_to_metric_families((tmp_path / "漂移.prom").read_text())
    values = {
        (sample.name, sample.labels.get("signal")): sample.value
        for family in families for sample in family.samples
    }  # fmt: skip
    assert values["fenzhen_drift_alarm", "abstention"] == 1
    assert values["fenzhen_drift_adjusted_p_value", "abstention"] <= 0.05


def test_shadow_answers_are_left_out_and_decisions_joined() -> None:
    row = {
        "clue_id": "c1", "answered_at": "2026-10-01T00:00:00+00:00", "role": "champion",
        "text": "暖气不热", "needs_review": True, **LABELS,
        **{f"{head}_confidence": 0.5 for head in LABELS},
    }  # fmt: skip
    decided = [{"clue_id": "c1", **LABELS, "urgency": "urgent"}]
    ((moment, answer),) = answers_of_service([row, row | {"role": "shadow"}], decided)
    assert moment.startswith("2026-10-01") and answer.abstains
    assert answer.corrected == {"module": False, "urgency": True, "function": False}


@pytest.fixture
def service(tmp_path: Path) -> str:
    """A service's database: a quiet September, an October of judicial aid."""
    path = tmp_path / "fenzhen.db"
    heads = "module, module_confidence, urgency, urgency_confidence, function, function_confidence"
    with sqlite3.connect(path) as connection:
        connection.execute(
            f"CREATE TABLE answers (clue_id, answered_at, role, {heads}, needs_review, text)"
        )
        connection.execute(
            "CREATE TABLE labelled_clues (clue_id, labelled_at, module, urgency, function)"
        )
        insert = f"INSERT INTO answers VALUES ({','.join('?' * 11)})"
        for month, answers in ((9, QUIET), (10, _answers(80, 2, labels=LABELS))):
            for i, answer in enumerate(answers):
                # 16:30 UTC on the last of August is the first of September in Lanzhou.
                moment = f"2026-{month - 1:02}-{30 + month % 2}T16:30:00+00:00"
                pairs = [(answer.labels[head], answer.confidence[head]) for head in LABELS]
                values = [value for pair in pairs for value in pair]
                row = (f"{month}-{i}", moment, "champion", *values, answer.abstains, answer.text)
                connection.execute(insert, row)
    return f"sqlite:///{path}"


def test_windows_by_date_come_from_the_service(
    service: str, tmp_path: Path, datasets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(datasets.parent)
    arguments = [
        "monitor", "--from-service", service, "--before", "2026-09-01..2026-09-30",
        "--after", "2026-10-01..2026-10-31", "--html", str(tmp_path / "报告.html"), "--json",
    ]  # fmt: skip
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 1, result.stderr
    told = json.loads(result.stdout)
    assert {s["code"]: s["sizes"] for s in told["signals"]}["mix_module"] == [80, 80]
    assert "模块构成" in told["verdict"] and (tmp_path / "报告.html").is_file()


@pytest.mark.parametrize("wrong", ["2026-09", "2026-09-30..2026-09-01", "九月"])
def test_a_wrong_date_is_one_sentence(
    service: str, datasets: Path, monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.chdir(datasets.parent)
    arguments = ["monitor", "--from-service", service, "--before", wrong, "--after", wrong]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2 and "2026-09-01..2026-09-30" in result.stderr


@pytest.mark.slow
def test_files_are_read_by_a_bundle_and_compared(
    bundle: Path, datasets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(datasets.parent)
    texts = [
        json.loads(line)["text"]
        for name in ("judicial_aid", "case_information")
        for line in (datasets / "clues" / f"{name}.jsonl").read_text("utf-8").splitlines()[:60]
    ]
    for name, part in (("前", texts[:60]), ("后", texts[60:])):
        lines = (json.dumps({"text": text}, ensure_ascii=False) for text in part)
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")
    arguments = ["monitor", "--model", str(bundle), "--before", str(tmp_path / "前.jsonl")]
    result = CliRunner().invoke(app, [*arguments, "--after", str(tmp_path / "后.jsonl")])
    assert result.exit_code == 1 and "有变化：模块构成" in result.stdout
