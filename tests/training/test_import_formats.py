"""Every format in which labels come in is read into the same clue."""

import json
from pathlib import Path

import pytest
from label_files import (
    BULLYING,
    HEADER,
    HEATING,
    SEWAGE,
    Importer,
    json_lines,
    row,
    workbook,
)

CSV = (
    "编号,线索正文,模块,次要模块,紧急程度,承办职能\n"
    f"007,{BULLYING},未成年人保护,公益诉讼线索,紧急,未成年人检察\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_with_chinese_headings_and_label_names(
    tmp_path: Path, read: Importer, encoding: str
) -> None:
    (tmp_path / "a.csv").write_bytes(CSV.encode(encoding))
    (found,) = read(tmp_path / "a.csv").merge.clues
    assert found.settled.clue.clue_id == "007" and found.settled.clue.text == BULLYING
    assert found.settled.labels == ("minor_protection", "urgent", "minors", {"public_interest"})


def test_a_folder_of_mixed_encodings(tmp_path: Path, read: Importer) -> None:
    (tmp_path / "甲.csv").write_bytes(CSV.encode("gb18030"))
    (tmp_path / "乙.csv").write_bytes(CSV.replace("007", "008").encode("utf-8-sig"))
    found = read(tmp_path / "甲.csv", tmp_path / "乙.csv")
    assert [merged.settled.clue.clue_id for merged in found.merge.clues] == ["007", "008"]
    assert not found.mistakes


def test_excel(tmp_path: Path, read: Importer) -> None:
    path = workbook(tmp_path / "a.xlsx", HEADER, list(row().values()))
    (found,) = read(path).merge.clues
    assert found.settled.module == "public_interest"


def _task(number: int, text: str, *annotations: dict[str, object]) -> dict[str, object]:
    return {"id": number, "data": {"text": text, "clue_id": f"L{number}"},
            "annotations": list(annotations), "predictions": []}  # fmt: skip


def _annotation(who: object, when: str, **choices: str | list[str]) -> dict[str, object]:
    return {
        "id": 1,
        "completed_by": who,
        "updated_at": when,
        "was_cancelled": False,
        "result": [
            {"from_name": head, "to_name": "text", "type": "choices",
             "value": {"choices": value if isinstance(value, list) else [value]}}
            for head, value in choices.items()
        ],
    }  # fmt: skip


LABELS: dict[str, str | list[str]] = {
    "module": "公益诉讼线索",
    "urgency": "urgent",
    "function": "公益诉讼检察",
}


def _write(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def test_label_studio_json_keeps_both_annotators(tmp_path: Path, read: Importer) -> None:
    first = _annotation({"email": "wang@jcy"}, "2026-11-01T08:00:00Z", **LABELS)
    second = _annotation(
        7, "2026-11-02T08:00:00Z", **LABELS | {"secondary_modules": ["minor_protection"]}
    )
    path = _write(tmp_path / "项目.json", [_task(1, SEWAGE, first, second)])
    (found,) = read(path).merge.clues
    assert [side.labeller for side in found.labellings] == ["7", "wang@jcy"]
    assert found.settled.secondary_modules == ("minor_protection",)


def test_label_studio_passes_over_cancelled_and_unlabelled_tasks(
    tmp_path: Path, read: Importer
) -> None:
    cancelled = _annotation(1, "2026-11-01T08:00:00Z", **LABELS) | {"was_cancelled": True}
    done = _annotation(1, "2026-11-01T08:00:00Z", **LABELS)
    content = [_task(1, SEWAGE, cancelled), _task(2, HEATING), _task(3, BULLYING, done)]
    found = read(_write(tmp_path / "项目.json", content))
    assert [merged.settled.clue.clue_id for merged in found.merge.clues] == ["L3"]
    assert [notice.message for notice in found.notices] == ["2 个任务还没有标注，已略过"]


def test_label_studio_json_min(tmp_path: Path, read: Importer) -> None:
    task = {
        "id": 9, "text": SEWAGE, "clue_id": "m1", "annotator": 3, "annotation_id": 5,
        "created_at": "2026-11-02T08:00:00Z", "lead_time": 3.2,
        "secondary_modules": {"choices": ["business_environment", "minor_protection"]},
        **LABELS,
    }  # fmt: skip
    (found,) = read(_write(tmp_path / "min.json", [task])).merge.clues
    assert found.settled.labeller == "3"
    assert found.settled.secondary_modules == ("business_environment", "minor_protection")


def test_doccano_labels_with_and_without_their_head(tmp_path: Path, read: Importer) -> None:
    labels = ["public_interest", "紧急程度：紧急", "function:公益诉讼检察", "次要模块:司法救助"]
    content = {"id": 12, "text": SEWAGE, "label": labels, "clue_id": "d1", "Comments": []}
    path = json_lines(tmp_path / "李梅.jsonl", content, {"id": 13, "text": HEATING, "label": []})
    found = read(path)
    (clue,) = found.merge.clues
    assert clue.settled.labels == (
        "public_interest", "urgent", "public_interest_litigation", {"judicial_aid"},
    )  # fmt: skip
    assert clue.settled.labeller == "李梅"
    assert [notice.message for notice in found.notices] == ["1 条还没有标注，已略过"]


def test_doccano_with_two_modules_is_unclear(tmp_path: Path, read: Importer) -> None:
    labels = ["public_interest", "司法救助", "urgent", "public_interest_litigation"]
    path = json_lines(tmp_path / "all.jsonl", {"id": 1, "text": SEWAGE, "label": labels})
    (mistake,) = read(path).mistakes
    assert "有 2 个模块标签，只能有一个；次要模块请标 secondary_modules:…" in str(mistake)


def test_a_clue_without_id_is_named_by_its_text(tmp_path: Path, read: Importer) -> None:
    given = {key: value for key, value in row().items() if key != "clue_id"}
    first = read(json_lines(tmp_path / "a.jsonl", given)).merge.clues[0].settled
    again = read(json_lines(tmp_path / "b.jsonl", row("9", HEATING), given)).merge.clues[1].settled
    assert first.clue.clue_id == again.clue.clue_id and str(first.clue.clue_id).startswith("T-")


def test_what_identifies_a_person_is_masked_unless_told_otherwise(
    tmp_path: Path, read: Importer
) -> None:
    text = "老板欠薪跑了，电话13919281234"
    path = json_lines(tmp_path / "a.jsonl", row(text=text, note="回拨13919281234"))
    (masked,) = read(path).merge.clues
    assert "13919281234" not in str(masked)
    (plain,) = read(path, mask=False).merge.clues
    assert plain.settled.clue.text == text


def test_a_blank_behind_a_name_makes_no_second_labeller(tmp_path: Path, read: Importer) -> None:
    first = row(labeller="王芳", labelled_at="2026-03-05")
    later = row(labeller="王芳　", labelled_at="2026-03-07", urgency="normal")
    found = read(json_lines(tmp_path / "a.jsonl", first, later)).merge
    assert found.conflicts == []
    assert found.clues[0].settled.urgency == "normal"


def test_masked_groups_still_tell_senders_apart(tmp_path: Path, read: Importer) -> None:
    senders = ["李建国13893112345", "李建军13893112346", "李建国13893112345", "雁滩拆迁户"]
    texts = ["暖气不热", "楼道没有灯", "路面塌陷", "井盖丢了"]
    rows = [row(t, t, author_group=s, source=s) for t, s in zip(texts, senders, strict=True)]
    found = [clue.settled for clue in read(json_lines(tmp_path / "a.jsonl", *rows)).merge.clues]
    one, other, again, plain = (item.author_group for item in found)
    assert one == again != other and plain == "雁滩拆迁户"
    assert "李建国" not in str(found) and "1389311" not in str(found)
