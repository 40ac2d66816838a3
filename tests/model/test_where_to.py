"""Where someone should turn whose matter no procuratorate may handle."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.taxonomy import load_taxonomy
from model.where_to import where_to

TAXONOMY = load_taxonomy(Path(__file__).parents[2] / "datasets" / "taxonomy.yaml")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("老板拖欠我三个月工资，农民工过年回不了家", "labour"),
        ("健身卡不给退款，商家跑了", "consumer"),
        ("村支书贪污低保款，优亲厚友", "supervision"),
        ("我被骗了两万，刷单诈骗", "police"),
        ("朋友借钱不还，有借条", "court"),
        ("请不起律师，想申请法律援助", "legal_aid"),
        ("征地补偿款太低，不服行政处罚决定", "administrative_review"),
        ("怎么申请低保和残疾补贴", "civil_affairs"),
        ("物业不管，暖气不热", "housing"),
        ("医院误诊，手术失败", "health"),
        ("学校收费乱，周末补课", "education"),
        ("公交车半小时一趟，路口红绿灯坏了", "traffic"),
        ("饭店吃饭不开发票，偷税漏税", "tax"),
        ("宽带套餐乱扣话费", "telecom_finance"),
        ("广场舞太吵，睡不着", "xiaolan"),
        ("厨房着火了，屋里有人", "emergency"),
        ("测试测试", "none_needed"),
    ],
)
def test_the_words_point_to_who_may_act(text: str, code: str) -> None:
    assert where_to(text, "normal", TAXONOMY).code == code


def test_danger_to_life_goes_to_the_emergency_services_whatever_it_is_about() -> None:
    assert where_to("拖欠工资，我要从塔吊上跳下去", "critical", TAXONOMY).code == "emergency"


def test_danger_outranks_noise() -> None:
    assert where_to("啊啊啊啊", "critical", TAXONOMY, noise=True).code == "emergency"


def test_noise_needs_no_destination() -> None:
    assert where_to("哈哈工资哈哈", "inquiry", TAXONOMY, noise=True).code == "none_needed"


def test_every_destination_tells_the_person_what_to_do_and_why() -> None:
    for destination in TAXONOMY.where_to.destinations:
        assert destination.advice.endswith("。")
        assert destination.legal_basis


@given(st.text(max_size=50), st.sampled_from(sorted(TAXONOMY.urgency_by_code)))
def test_any_text_has_a_destination(text: str, urgency: str) -> None:
    assert where_to(text, urgency, TAXONOMY).code in TAXONOMY.destination_by_code
