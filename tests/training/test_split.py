"""The frozen test split: whole groups, about one in seven, and never dealt twice."""

import json
from collections import Counter
from pathlib import Path

from training.split import deal, deal_files

TEXTS = [f"第{i}件：" + "".join(chr(0x4E00 + (i * 97 + k * 31) % 20000) for k in range(40))
         for i in range(210)]  # fmt: skip
GROUPS = [f"组{i // 3}" for i in range(210)]
STRATA = ["紧急" if i % 4 == 0 else "一般" for i in range(210)]


def test_about_one_in_seven_is_put_aside() -> None:
    counts = Counter(deal(TEXTS, GROUPS, STRATA, [None] * 210))
    assert 25 <= counts["test"] <= 35


def test_an_author_stays_on_one_side() -> None:
    dealt = deal(TEXTS, GROUPS, STRATA, [None] * 210)
    assert len(set(zip(GROUPS, dealt, strict=True))) == len(set(GROUPS))


def test_what_is_dealt_stays_when_more_comes() -> None:
    first = deal(TEXTS[:120], GROUPS[:120], STRATA[:120], [None] * 120)
    again = deal(TEXTS, GROUPS, STRATA, [*first, *[None] * 90])
    assert again[:120] == first
    assert "test" in again[120:]


def test_a_newcomer_joins_its_near_copy() -> None:
    dealt = deal([*TEXTS[:3], TEXTS[0] + "。"], ["甲", "乙", "丙", "丁"], ["一般"] * 4,
                 ["test", "train", "train", None])  # fmt: skip
    assert dealt[3] == "test"


def test_files_keep_their_rows_and_gain_the_split(tmp_path: Path) -> None:
    path = tmp_path / "线索.jsonl"
    rows = [
        {"text": text, "author_group": group, "module": "a", "urgency": stratum}
        for text, group, stratum in zip(TEXTS, GROUPS, STRATA, strict=True)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    deal_files([path])
    written = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [{k: v for k, v in row.items() if k != "split"} for row in written] == rows
    assert {row["split"] for row in written} == {"train", "test"}
    before = path.read_bytes()
    deal_files([path])
    assert path.read_bytes() == before
