"""The frozen test split: whole groups, about one in seven, and never dealt twice."""

import json
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from model.clue import Clue
from model.errors import InvalidTable
from model.reading import Reading, read_clue
from model.signals import load_signals
from training.config import TrainingConfig
from training.split import deal, deal_files

TEXTS = [f"第{i}件：" + "".join(chr(0x4E00 + (i * 97 + k * 31) % 20000) for k in range(40))
         for i in range(210)]  # fmt: skip
GROUPS = [f"组{i // 3}" for i in range(210)]
STRATA = ["紧急" if i % 4 == 0 else "一般" for i in range(210)]
FORM = "贷款合同号{}，卡号{}，放款{}元，银行乱收费，请检察院监督。"
FORMS = [FORM.format("20210304556677", "6222021300998877", "120000"),
         FORM.format("20220911332211", "6217857600012345", "85600")]  # fmt: skip

Reader = Callable[[str], Reading]


@pytest.fixture(scope="module")
def read(training_config: TrainingConfig) -> Reader:
    signals = load_signals(training_config.signals)
    return lambda text: read_clue(Clue(text=text), signals)


@pytest.fixture(scope="module")
def readings(read: Reader) -> list[Reading]:
    return [*map(read, TEXTS)]


def test_about_one_in_seven_is_put_aside(readings: list[Reading]) -> None:
    counts = Counter(deal(readings, GROUPS, STRATA, [None] * 210))
    assert 25 <= counts["test"] <= 35


def test_an_author_stays_on_one_side(readings: list[Reading]) -> None:
    dealt = deal(readings, GROUPS, STRATA, [None] * 210)
    assert len(set(zip(GROUPS, dealt, strict=True))) == len(set(GROUPS))


def test_what_is_dealt_stays_when_more_comes(readings: list[Reading]) -> None:
    first = deal(readings[:120], GROUPS[:120], STRATA[:120], [None] * 120)
    again = deal(readings, GROUPS, STRATA, [*first, *[None] * 90])
    assert again[:120] == first
    assert "test" in again[120:]


def test_a_newcomer_joins_its_near_copy(readings: list[Reading], read: Reader) -> None:
    dealt = deal([*readings[:3], read(TEXTS[0] + "。")], ["甲", "乙", "丙", "丁"], ["一般"] * 4,
                 ["test", "train", "train", None])  # fmt: skip
    assert dealt[3] == "test"


@pytest.mark.parametrize("dealt", [["test", "train"], ["train", "test"]])
def test_what_is_dealt_stays_though_it_has_a_copy_on_the_other_side(
    read: Reader, dealt: list[str]
) -> None:
    assert deal([*map(read, FORMS)], ["甲", "乙"], ["一般"] * 2, dealt) == dealt


def test_fewer_groups_than_parts_are_all_learned_from(readings: list[Reading]) -> None:
    assert set(deal(readings[:18], GROUPS[:18], STRATA[:18], [None] * 18)) == {"train"}


def _row(number: int, **other: object) -> dict[str, object]:
    labels = {"module": "public_interest", "urgency": "normal",
              "function": "public_interest_litigation"}  # fmt: skip
    return {"clue_id": f"T-{number}", "text": TEXTS[number], "author_group": GROUPS[number],
            **labels, **other}  # fmt: skip


def _write(path: Path, rows: Iterable[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), "utf-8")
    return path


def _read(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_files_keep_their_rows_and_gain_the_split(
    training_config: TrainingConfig, tmp_path: Path
) -> None:
    rows = [_row(number) for number in range(210)]
    path = _write(tmp_path / "线索.jsonl", rows)
    deal_files([path], training_config)
    written = _read(path)
    assert [{k: v for k, v in row.items() if k != "split"} for row in written] == rows
    assert {row["split"] for row in written} == {"train", "test"}
    before = path.read_bytes()
    deal_files([path], training_config)
    assert path.read_bytes() == before


def test_a_form_with_other_numbers_is_a_near_copy_as_in_the_folds(
    training_config: TrainingConfig, tmp_path: Path
) -> None:
    old = _row(0, text=FORMS[0], author_group="甲", split="test")
    new = _row(1, text=FORMS[1], author_group="乙")
    path = _write(tmp_path / "线索.jsonl", [old, new])
    deal_files([path], training_config)
    assert [row["split"] for row in _read(path)] == ["test", "test"]


def test_what_ships_stays_as_it_is_dealt(
    training_config: TrainingConfig, datasets: Path, tmp_path: Path
) -> None:
    shipped = sorted((datasets / "clues").glob("*.jsonl"))
    copies = [tmp_path / path.name for path in shipped]
    for path, copy in zip(shipped, copies, strict=True):
        copy.write_bytes(path.read_bytes())
    deal_files(copies, training_config)
    assert all(p.read_bytes() == c.read_bytes() for p, c in zip(shipped, copies, strict=True))


def test_a_line_separator_within_a_letter_parts_no_row(
    training_config: TrainingConfig, tmp_path: Path
) -> None:
    text = f"{TEXTS[1]}\u2028此致\u2029敬礼\x85"
    path = _write(tmp_path / "线索.jsonl", [_row(0), _row(1, text=text)])
    deal_files([path], training_config)
    assert [row["text"] for row in _read(path)] == [TEXTS[0], text]


def test_a_byte_order_mark_and_rows_without_an_author_are_read(
    training_config: TrainingConfig, tmp_path: Path
) -> None:
    rows = [{k: v for k, v in _row(n).items() if k != "author_group"} for n in range(30)]
    path = _write(tmp_path / "线索.jsonl", rows)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    deal_files([path], training_config)
    assert {row["split"] for row in _read(path)} == {"train", "test"}


def test_mistakes_are_told_at_once_and_nothing_is_written(
    training_config: TrainingConfig, tmp_path: Path
) -> None:
    path = _write(tmp_path / "线索.jsonl", [_row(0), _row(1, module="公益"), _row(2, text=" ")])
    before = path.read_bytes()
    with pytest.raises(InvalidTable) as caught:
        deal_files([path], training_config)
    assert "第 2 行 module 列" in caught.value.detail and "第 3 行 text 列" in caught.value.detail
    assert path.read_bytes() == before


def test_a_disk_that_fills_costs_no_row(datasets: Path, tmp_path: Path) -> None:
    """The limit on file size stands in for a full disk: the operating system refuses to write."""
    path = _write(tmp_path / "线索.jsonl", map(_row, range(210)))
    before = path.read_bytes()

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, resource.RLIM_INFINITY))

    run = subprocess.run(
        [sys.executable, "-m", "training.split", str(path)],
        cwd=datasets.parent, preexec_fn=limited, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 1
    assert "原来的文件没有改动" in run.stderr and "Traceback" not in run.stderr
    assert path.read_bytes() == before
    assert [*tmp_path.iterdir()] == [path]
