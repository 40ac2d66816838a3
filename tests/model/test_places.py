"""What places.py reads out of a text, and that off-the-shelf parsers read it wrongly."""

import csv
from datetime import date
from itertools import pairwise
from pathlib import Path

import addressparser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.gazetteer import Gazetteer, load_gazetteer
from model.places import Mention, find_places

GAZETTEER = Path(__file__).parents[2] / "datasets" / "gazetteer"
GOLDEN = Path(__file__).with_name("places_golden.csv")
TODAY = date(2024, 1, 1)


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer(GAZETTEER)


def _golden() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _written(mention: Mention) -> str:
    """As the golden file writes it: ``yuzhong:town/yongdeng+outside``, ``!`` for a home."""
    alternatives = "/" + "+".join(mention.alternatives) if mention.alternatives else ""
    home = "!" if mention.role == "home" else ""
    return f"{mention.procuratorate}:{mention.kind}{alternatives}{home}"


@pytest.mark.parametrize("row", _golden(), ids=lambda row: f"{row['trap']}-{row['text'][:12]}")
def test_reads_the_golden_places(row: dict[str, str], gazetteer: Gazetteer) -> None:
    mentions = find_places(row["text"], gazetteer, date.fromisoformat(row["on"]))
    assert " ".join(map(_written, mentions)) == row["expected"]


def test_offsets_point_into_the_text(gazetteer: Gazetteer) -> None:
    text = "😀反映:城关区雁东路小学和安宁西路的问题"
    assert [(m.start, m.end, m.text) for m in find_places(text, gazetteer, TODAY)] == [
        (4, 12, "城关区雁东路小学"),
        (13, 17, "安宁西路"),
    ]


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("我家住榆中县和平镇", "home"),
        ("我是永登人,来反映", "home"),
        ("户籍在皋兰县", "home"),
        ("我们是西固区福利路的居民", "home"),
        ("住址:红古区海石湾", "home"),
        ("永登县人民医院乱收费", "scene"),
        ("我向七里河区教育局反映", "scene"),
        ("案件在城关区人民法院", "scene"),
        ("定西市安定区的淀粉厂往河里排水", "scene"),
        ("我哥在天水监狱服刑,被人打了", "scene"),
        ("我在深圳打工,家里的事才听说", "passing"),
        ("这批羊是从青海拉来的", "passing"),
        ("对方公司注册在北京", "passing"),
        ("我妹妹在白银市住院,没人管", "passing"),
        ("听说定西市也有过这样的案子", "passing"),
    ],
)
def test_tells_where_it_happened_from_homes_and_what_is_said_in_passing(
    text: str, role: str, gazetteer: Gazetteer
) -> None:
    mentions = find_places(text, gazetteer, TODAY)
    assert mentions
    assert {mention.role for mention in mentions} == {role}


@pytest.mark.parametrize(
    "text",
    [
        "城关区张掖路的老院子让人拆了,那里旧时叫皋兰县城",
        "老皋兰卖羊肉的把摊子支在城关区的盲道上",
        "在城关区买的房,开发商以前在皋兰也烂过尾",
        "城关区的电梯坏了,修的人说是皋兰调来的",
        "城关区的饭馆吃坏了人,送到榆中县医院抢救",
    ],
)
def test_a_place_in_passing_does_not_stand_beside_the_place_of_the_matter(
    text: str, gazetteer: Gazetteer
) -> None:
    mentions = find_places(text, gazetteer, TODAY)
    assert {m.procuratorate for m in mentions if m.role == "scene"} == {"chengguan"}


def test_a_place_in_passing_counts_where_no_other_is_named(gazetteer: Gazetteer) -> None:
    (mention,) = find_places("听说榆中县有个砖厂半夜偷排", gazetteer, TODAY)
    assert (mention.procuratorate, mention.role) == ("yuzhong", "scene")


@pytest.mark.parametrize("text", ["外省检察院办的案子", "案子到了邻省高院", "外市法院查封了车"])
def test_an_organ_of_another_province_is_not_our_own(text: str, gazetteer: Gazetteer) -> None:
    assert {m.procuratorate for m in find_places(text, gazetteer, TODAY)} == {"outside"}


OUTSIDE_BY_MISTAKE = [
    ("安宁堡街道的桃园被毁", {"anning"}),
    ("安宁西路的施工噪声", {"anning"}),
    ("和平镇工地的扬尘", {"yuzhong"}),
    ("民乐乡的小学没有暖气", {"yongdeng"}),
]
NOT_READ = [
    ("城关镇的饭店油烟", {"yuzhong"}),
    ("皋兰路街道办事处不作为", {"chengguan"}),
    ("忠和镇盐池村的养殖场", {"anning"}),
    ("张掖路步行街的传单", {"chengguan"}),
    ("什川镇的梨园被填", {"gaolan"}),
]


def _addressparser(text: str) -> tuple[str, str]:
    row = addressparser.transform([text], open_warning=False).iloc[0]
    return row["市"], row["区"]


@pytest.mark.parametrize(("text", "procuratorates"), OUTSIDE_BY_MISTAKE)
def test_keeps_in_lanzhou_what_addressparser_puts_elsewhere(
    text: str, procuratorates: set[str], gazetteer: Gazetteer
) -> None:
    assert {m.procuratorate for m in find_places(text, gazetteer, TODAY)} == procuratorates
    city, _ = _addressparser(text)
    assert city not in {"", "兰州市"}


@pytest.mark.parametrize(("text", "procuratorates"), NOT_READ)
def test_reads_what_addressparser_leaves_unread(
    text: str, procuratorates: set[str], gazetteer: Gazetteer
) -> None:
    assert {m.procuratorate for m in find_places(text, gazetteer, TODAY)} == procuratorates
    assert _addressparser(text) == ("", "")


_FRAGMENTS = st.sampled_from(
    ["榆中县", "城关镇", "安宁", "兰州", "拉萨", "区教育局", "我家住", "人", ",", "忠和镇", "😀"]
)


@given(
    st.one_of(st.text(), st.lists(_FRAGMENTS).map("".join)),
    st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)),
)
def test_mentions_are_ordered_slices_that_do_not_overlap(
    gazetteer: Gazetteer, text: str, on: date
) -> None:
    mentions = find_places(text, gazetteer, on)
    for mention in mentions:
        assert 0 <= mention.start < mention.end <= len(text)
        assert mention.text == text[mention.start : mention.end]
        assert mention.procuratorate not in mention.alternatives
    for earlier, later in pairwise(mentions):
        assert earlier.end <= later.start


def test_the_longest_text_of_nothing_but_agencies_without_a_place_names_none(
    gazetteer: Gazetteer,
) -> None:
    assert find_places("区教育局" * 5_000, gazetteer, TODAY) == ()
