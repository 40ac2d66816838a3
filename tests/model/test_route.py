"""Whose clue it is, given what the text names; whole clues stand in the golden table.

Places stand in the text as [name|kind|procuratorate], with other readings after “/” and
“|home” or “|passing” for a role other than where it happened.
"""

import re
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import gazetteer_rows
from model.conditions import occurs
from model.mention_role import Role
from model.places import Mention
from model.route import Placement, place_clue
from model.taxonomy import Kind, Taxonomy, load_taxonomy, parse_taxonomy

SHIPPED = Path(__file__).parents[2] / "datasets" / "taxonomy.yaml"
TAXONOMY = load_taxonomy(SHIPPED)
TODAY = date(2026, 11, 23)

_MARK = re.compile(r"\[([^|\]]+)\|([a-z]+)\|([a-z/]+)(?:\|(home|passing))?\]")


def read(marked: str) -> tuple[str, tuple[Mention, ...]]:
    text, mentions, end = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[end : match.start()]
        name, kind, codes, role = match.groups()
        first, *others = codes.split("/")
        mentions.append(
            Mention(
                len(text), len(text) + len(name), name, first, kind, tuple(others), role or "scene"
            )
        )
        text, end = text + name, match.end()
    return text + marked[end:], tuple(mentions)


def place(
    marked: str,
    module: str = "public_interest",
    function: str = "public_interest_litigation",
    secondary: tuple[str, ...] = (),
    location: str = "",
    on: date = TODAY,
    taxonomy: Taxonomy = TAXONOMY,
) -> Placement:
    text, mentions = read(marked)
    return place_clue(
        module=module,
        secondary=secondary,
        function=function,
        text=text,
        mentions=mentions,
        sender_mentions=read(location)[1],
        taxonomy=taxonomy,
        on=on,
    )


PIL = ("public_interest", "public_interest_litigation")
MINORS = ("minor_protection", "minors")
AID = ("judicial_aid", "complaints_appeals")
CIVIL = ("service_center", "civil")
CRIMINAL = ("service_center", "criminal")
APPEALS = ("service_center", "complaints_appeals")
INSPECTION = ("service_center", "inspection")


class TestPlace:
    def test_nothing_that_says_where_is_missing_place(self) -> None:
        assert place("河里全是白沫，没人管").missing_place

    @pytest.mark.parametrize(
        "marked",
        [
            "[城关区|district|chengguan]河里全是白沫",
            "[市生态环境局|agency|city]不管河里的白沫",
            "[定西市|outside|outside]河里全是白沫",
        ],
    )
    def test_a_place_an_organ_or_elsewhere_is_a_place(self, marked: str) -> None:
        assert not place(marked).missing_place

    @pytest.mark.parametrize(
        "marked",
        [
            "[兰州市人民检察院|procuratorate|city]领导您好，河里全是白沫",
            "我是[定西|outside|outside|home]人，河里全是白沫",
            "[兰州市|district|city]河里全是白沫",
        ],
    )
    def test_addressee_origin_and_the_city_itself_say_nothing(self, marked: str) -> None:
        placement = place(marked)
        assert (placement.procuratorate, placement.missing_place) == ("city", True)

    def test_what_happened_only_elsewhere_is_not_for_the_city(self) -> None:
        placement = place("[天水市|outside|outside]三家公司串通涨价")
        assert (placement.procuratorate, placement.rule) == ("outside", "outside-only")

    def test_what_lies_elsewhere_in_passing_is_asked_about_first(self) -> None:
        placement = place("孩子他爸在[西安|outside|outside|passing]打工，孩子被邻居打了", *MINORS)
        assert (placement.procuratorate, placement.ambiguous) == ("city", True)
        assert placement.alternatives == (("outside", "elsewhere-in-passing"),)
        assert placement.missing_place

    def test_the_form_location_beats_what_lies_elsewhere_in_passing(self) -> None:
        placement = place(
            "车是[青海|outside|outside|passing]牌照，垃圾倒进沟里",
            location="[永登县|district|yongdeng]",
        )
        assert (placement.procuratorate, placement.rule) == ("yongdeng", "sender-address")

    def test_land_along_a_line_is_no_second_district(self) -> None:
        placement = place("[陇海线|rail|rail]护坡被挖，在[城关区|district|chengguan]")
        assert placement.procuratorate == "rail"
        assert placement.alternatives == (("chengguan", "place-of-harm"),)

    def test_a_county_named_beside_a_reserve_does_not_take_it_over(self) -> None:
        placement = place("[永登县|district|yongdeng][连城保护区|forest|forest/yongdeng]有人开矿")
        assert (placement.procuratorate, placement.ambiguous) == ("forest", True)
        assert placement.alternatives == (("yongdeng", "state-forest"),)

    def test_the_form_location_settles_a_name_of_two_places(self) -> None:
        placement = place(
            "[城关镇|town|yuzhong/yongdeng]河道堆垃圾", location="[永登县|district|yongdeng]"
        )
        assert (placement.procuratorate, placement.ambiguous) == ("yongdeng", False)

    def test_a_city_rule_without_any_place_still_misses_it(self) -> None:
        assert place("三家公司串通涨价").missing_place

    def test_the_form_location_beats_the_home_told_in_the_text(self) -> None:
        placement = place(
            "食堂肉发臭，我家住[七里河区|district|qilihe|home]",
            location="[西固区|district|xigu]",
        )
        assert (placement.procuratorate, placement.rule) == ("xigu", "sender-address")
        assert placement.alternatives == (("qilihe", "sender-address"),)
        assert placement.ambiguous

    def test_a_place_in_the_text_beats_the_form_location(self) -> None:
        placement = place(
            "[城关区|district|chengguan]食堂肉发臭", location="[西固区|district|xigu]"
        )
        assert placement.procuratorate == "chengguan"
        assert placement.alternatives == ()

    def test_two_districts_are_offered_beside_the_city(self) -> None:
        placement = place("从[安宁区|district|anning]到[西固区|district|xigu]都在挖沙")
        assert placement.alternatives == (
            ("anning", "several-districts-of-harm"),
            ("xigu", "several-districts-of-harm"),
        )
        assert not placement.ambiguous

    def test_a_name_of_two_places_is_left_to_a_person(self) -> None:
        placement = place("[城关镇|town|yuzhong/yongdeng]河道堆垃圾")
        assert (placement.procuratorate, placement.ambiguous) == ("yuzhong", True)
        assert placement.alternatives == (("yongdeng", "place-of-harm"),)

    def test_another_name_settles_it(self) -> None:
        placement = place("[永登县|district|yongdeng]来信：[城关镇|town|yuzhong/yongdeng]堆垃圾")
        assert (placement.procuratorate, placement.ambiguous) == ("yongdeng", False)
        assert placement.alternatives == ()

    def test_an_organ_elsewhere_and_a_place_here_are_left_to_a_person(self) -> None:
        placement = place("[定西中院|court|outside]判的，事在[榆中县|district|yuzhong]", *CIVIL)
        assert placement.procuratorate == "outside"
        assert placement.ambiguous
        assert ("yuzhong", "place-of-matter") in placement.alternatives

    def test_two_courts_of_one_level_are_left_to_a_person(self) -> None:
        placement = place("[城关区法院|court|chengguan]和[西固区法院|court|xigu]都判错了", *CIVIL)
        assert placement.ambiguous

    def test_the_deciding_procuratorate_is_offered_for_a_late_appeal(self) -> None:
        placement = place("不服[安宁区检察院|procuratorate|anning]不起诉决定", *CRIMINAL)
        assert ("anning", "organ-named") in placement.alternatives

    @pytest.mark.parametrize(
        ("text", "rule"),
        [
            ("认定我情节轻微，对我作相对不起诉，我没有罪", "non-prosecuted-person"),
            ("我是被不起诉人，不服不起诉决定", "non-prosecuted-person"),
            ("对打我的人不起诉，我不服", "victim-against-non-prosecution"),
            ("对我儿子被打一案作出不起诉决定，我不服", "victim-against-non-prosecution"),
            ("我是被害人，说对我丈夫那个司机不起诉", "victim-against-non-prosecution"),
        ],
    )
    def test_who_complains_tells_where_an_appeal_against_non_prosecution_goes(
        self, text: str, rule: str
    ) -> None:
        placement = place("[西固区检察院|procuratorate|xigu]" + text, *CRIMINAL)
        decides = "xigu" if rule == "non-prosecuted-person" else "city"
        assert (placement.procuratorate, placement.rule) == (decides, rule)

    @pytest.mark.parametrize(
        ("text", "procuratorate"),
        [
            ("我不服二审判决，请求抗诉；执行早就终本了", "city"),
            ("二审判决认定的事实错误，房子已被强制执行", "city"),
            ("判我赢了，执行两年终本，钱没要回来", "xigu"),
            ("判决生效三年，拒不执行", "xigu"),
        ],
    )
    def test_enforcement_in_the_background_does_not_beat_the_judgment_complained_of(
        self, text: str, procuratorate: str
    ) -> None:
        courts = "[兰州中院|court|city]和[西固区法院|court|xigu]都去过，"
        assert place(courts + text, *CIVIL).procuratorate == procuratorate

    def test_the_procuratorate_complained_of_is_never_offered(self) -> None:
        placement = place(
            "[城关区|district|chengguan][城关区检察院|procuratorate|chengguan]的人态度恶劣",
            *INSPECTION,
        )
        assert placement.alternatives == ()

    def test_a_complaint_about_two_levels_goes_above_both(self) -> None:
        placement = place(
            "[城关区检察院|procuratorate|chengguan]和[兰州市检察院|procuratorate|city]都推诿",
            *INSPECTION,
        )
        assert (placement.procuratorate, placement.alternatives) == ("outside", ())


class TestCues:
    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("我要投诉检察官", True),
            ("投诉一位姓王的检察官", True),
            ("检察官让我投诉", False),
            ("我投诉过物业。后来检察官来了", False),
            ("投诉" + "这" * 16 + "检察官", False),
        ],
    )
    def test_two_parts_must_stand_in_order_near_each_other_in_one_sentence(
        self, text: str, found: bool
    ) -> None:
        assert occurs(("投诉…检察官",), text) is found

    @pytest.mark.parametrize(
        ("text", "found"),
        [("我要控告城关区检察院", True), ("我控告派出所不立案,请城关区检察院监督", False)],
    )
    def test_some_must_stand_in_one_clause(self, text: str, found: bool) -> None:
        assert occurs(("控告～检察院",), text) is found


class TestTime:
    def test_antitrust_was_not_reserved_to_the_city_before_the_law_was_amended(self) -> None:
        placement = place("[永登县|district|yongdeng]三家公司串通涨价", on=date(2022, 7, 31))
        assert placement.procuratorate == "yongdeng"

    def test_a_day_before_every_rule_goes_to_the_intake(self) -> None:
        placement = place("[永登县|district|yongdeng]污水", on=date(1990, 1, 1))
        assert (placement.procuratorate, placement.rule) == ("city", "city-intake")

    def test_an_edited_table_routes_otherwise_without_any_code(self) -> None:
        content = SHIPPED.read_text(encoding="utf-8").replace(
            "    choose: fixed\n    procuratorate: rail\n", "    choose: place_of_harm\n"
        )
        placement = place(
            "铁路两侧有人烧秸秆，[西固区|district|xigu]",
            taxonomy=parse_taxonomy("taxonomy.yaml", content),
        )
        assert placement.procuratorate == "xigu"


class TestAssisting:
    @pytest.mark.parametrize(
        ("marked", "labels", "secondary", "assisting"),
        [
            ("孩子被撞成重伤没钱治", AID, ("minor_protection",), ["minors"]),
            ("遗孤年仅六岁，没有生活来源", AID, (), ["minors"]),
            ("校门口全校学生天天走烂路", MINORS, ("public_interest",),
             ["public_interest_litigation"]),
            ("网吧让学生上网，还卖烟", PIL, ("minor_protection",), ["minors"]),
            ("我丈夫被撞，法院判了不执行，活不下去", AID, ("service_center",), ["civil"]),
            ("判决不公", APPEALS, (), []),
            ("国家赔偿，生活困难", APPEALS, ("judicial_aid",), []),
        ],
    )  # fmt: skip
    def test_other_functions_work_along(
        self,
        marked: str,
        labels: tuple[str, str],
        secondary: tuple[str, ...],
        assisting: list[str],
    ) -> None:
        placement = place(marked, *labels, secondary=secondary)
        assert [function for function, _, _ in placement.assisting] == assisting
        assert all(rule and basis for _, rule, basis in placement.assisting)


PROCURATORATES = st.sampled_from(sorted(TAXONOMY.procuratorate_by_code))
KINDS = st.sampled_from(sorted(gazetteer_rows.KINDS))
ROLES = st.sampled_from(get_args(Role))
PIECES = st.sampled_from(
    [
        "不起诉",
        "刑讯逼供",
        "串通涨价",
        "不执行",
        "投诉",
        "检察官",
        "铁路沿线",
        "向",
        "，",
        "领导您好",
    ]
)


def test_rules_and_gazetteer_speak_of_the_same_kinds_and_procuratorates() -> None:
    assert set(get_args(Kind)) == gazetteer_rows.KINDS
    assert set(TAXONOMY.procuratorate_by_code) == gazetteer_rows.PROCURATORATES


@st.composite
def matters(draw: st.DrawFn) -> tuple[str, tuple[Mention, ...]]:
    text, mentions = "", []
    for _ in range(draw(st.integers(0, 5))):
        text += draw(PIECES)
        alternatives = tuple(draw(st.lists(PROCURATORATES, max_size=2)))
        mentions.append(
            Mention(
                len(text), len(text) + 2, "某处", draw(PROCURATORATES), draw(KINDS),
                alternatives, draw(ROLES),
            )
        )  # fmt: skip
        text += "某处"
    return text, tuple(mentions)


LABELS = st.sampled_from(
    [(module.code, function) for module in TAXONOMY.modules for function in module.functions]
)


@given(matters(), matters(), LABELS, st.dates())
def test_any_clue_on_any_day_gets_one_known_procuratorate_with_a_basis(
    matter: tuple[str, tuple[Mention, ...]],
    form: tuple[str, tuple[Mention, ...]],
    labels: tuple[str, str],
    on: date,
) -> None:
    placement = place_clue(
        module=labels[0], secondary=(), function=labels[1], text=matter[0], mentions=matter[1],
        sender_mentions=form[1], taxonomy=TAXONOMY, on=on,
    )  # fmt: skip
    offered = [code for code, _ in placement.alternatives]
    assert {placement.procuratorate, *offered} <= set(TAXONOMY.procuratorate_by_code)
    assert placement.rule
    assert placement.legal_basis
    assert len(set(offered)) == len(offered)
    assert placement.procuratorate not in offered


@given(st.sampled_from(["chengguan", "yongdeng", "xinqu", "rail", "forest", "city"]), matters())
def test_no_procuratorate_is_proposed_for_a_complaint_about_itself(
    complained: str, rest: tuple[str, tuple[Mention, ...]]
) -> None:
    text = "控告某院的检察官"
    about = Mention(2, 4, "某院", complained, "procuratorate", (), "scene")
    places = tuple(m for m in rest[1] if m.kind != "procuratorate")
    placement = place_clue(
        module="service_center", secondary=(), function="inspection", text=text,
        mentions=(about, *places), sender_mentions=(), taxonomy=TAXONOMY, on=TODAY,
    )  # fmt: skip
    assert complained not in {placement.procuratorate, *(c for c, _ in placement.alternatives)}
