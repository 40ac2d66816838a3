"""Whose clue it is. Rows read as a lawyer would: the text, its labels, the procuratorate, why.

Places stand in the text as [name|kind|procuratorate], with other readings after “/” and
“|sender” for the sender's own home.
"""

import re
from datetime import date
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import gazetteer_table
from model.conditions import occurs
from model.places import Mention
from model.route import Placement, place_clue
from model.taxonomy import Kind, Taxonomy, load_taxonomy, parse_taxonomy
from model.where_to import where_to

SHIPPED = Path(__file__).parents[2] / "datasets" / "taxonomy.yaml"
TAXONOMY = load_taxonomy(SHIPPED)
TODAY = date(2026, 11, 23)

_MARK = re.compile(r"\[([^|\]]+)\|([a-z]+)\|([a-z/]+)(\|sender)?\]")


def read(marked: str) -> tuple[str, tuple[Mention, ...]]:
    text, mentions, end = "", [], 0
    for match in _MARK.finditer(marked):
        text += marked[end : match.start()]
        name, kind, codes, sender = match.groups()
        first, *others = codes.split("/")
        mentions.append(
            Mention(
                len(text), len(text) + len(name), name, first, kind, tuple(others), bool(sender)
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
CASE = ("case_information", "case_management")
CIVIL = ("service_center", "civil")
ADMINISTRATIVE = ("service_center", "administrative")
CRIMINAL = ("service_center", "criminal")
APPEALS = ("service_center", "complaints_appeals")
CUSTODY = ("service_center", "penalty_execution")
INSPECTION = ("service_center", "inspection")
FIRM = ("business_environment", "economic_crime")
FIRM_CIVIL = ("business_environment", "civil")
OUT = ("out_of_scope", "transfer")

ROWS = [
    # the place where it happened
    ("[城关区|district|chengguan]雁东路小学门口线缆乱拉", MINORS, "chengguan", "place-of-harm"),
    ("[西固区|district|xigu][福利路|street|xigu]化工厂夜里冒黄烟", PIL, "xigu", "place-of-harm"),
    (
        "[红古区|district|honggu]洗煤厂污水直排，我是[永登|district|yongdeng|sender]人",
        PIL, "honggu", "place-of-harm",
    ),
    (
        "黄河边有人挖沙，从[安宁区|district|anning]一直挖到[西固区|district|xigu]",
        PIL, "city", "several-districts-of-harm",
    ),
    ("[榆中县|district|yuzhong]有人说我欠钱，被人堵门", APPEALS, "yuzhong", "place-of-matter"),
    (
        "[七里河区|district|qilihe]和[城关区|district|chengguan]都有他们的门店，报了案没人管",
        CRIMINAL, "city", "several-districts",
    ),
    # the agency that stays idle
    (
        "[安宁区|district|anning]小区旁烧烤油烟，[安宁区生态环境局|agency|anning]来了几次不管",
        PIL, "anning", "agency-idle",
    ),
    (
        "[城关区|district|chengguan]河道垃圾，[市水务局|agency|city]说不归他管",
        PIL, "city", "agency-idle",
    ),
    (
        "耕地被硬化，[和平镇政府|agency|yuzhong]视而不见",
        PIL, "yuzhong", "agency-idle",
    ),
    (
        "[西固区市场监管局|agency|xigu]和[市市场监管局|agency|city]互相推",
        PIL, "xigu", "agency-idle",
    ),
    (
        "我们店被[城关区城管局|agency|chengguan]乱罚款",
        ("business_environment", "administrative"), "chengguan", "agency-complained",
    ),
    # antitrust belongs to the city
    (
        "[永登县|district|yongdeng]三家预拌混凝土公司串通涨价",
        PIL, "city", "antitrust",
    ),
    # rail and forest
    (
        "[陇海线|rail|rail]护坡下堆满废油桶，在[城关区|district|chengguan]东岗一带",
        PIL, "rail", "rail-land",
    ),
    (
        "[忠和镇政府|agency|gaolan]对[兰新线|rail|rail]旁的彩钢房不管",
        PIL, "rail", "rail-land",
    ),
    ("小区后面铁路沿线有人烧秸秆，[西固区|district|xigu]", PIL, "rail", "rail-land-described"),
    ("[铁路东村|street|chengguan]井盖丢了半个月", PIL, "chengguan", "place-of-harm"),
    ("[火车站街道|street|chengguan]消防通道被占", PIL, "chengguan", "place-of-harm"),
    (
        "[连城国家级自然保护区|forest|forest]里有人砍树，属[永登县|district|yongdeng]",
        PIL, "forest", "state-forest",
    ),
    ("[永登县|district|yongdeng]国有林场被人盗伐", PIL, "forest", "state-forest-described"),
    # the court named
    (
        "[城关区人民法院|court|chengguan]判错了，我住[西固区|district|xigu|sender]",
        CIVIL, "chengguan", "judgment-court-civil",
    ),
    (
        "[榆中县人民法院|court|yuzhong]一审，[兰州市中级人民法院|court|city]二审维持，都没查清",
        CIVIL, "city", "judgment-court-civil",
    ),
    ("[甘肃省高级人民法院|court|outside]再审驳回", CIVIL, "outside", "judgment-court-civil"),
    ("[兰州铁路运输法院|court|rail]判决不公", CIVIL, "rail", "judgment-court-civil"),
    (
        "[兰州市中级人民法院|court|city]终审，[七里河区法院|court|qilihe]执行局两年不执行",
        CIVIL, "qilihe", "execution-court",
    ),
    (
        "对方虚假诉讼，[安宁区法院|court|anning]查封了厂房，公司在[皋兰县|district|gaolan]",
        FIRM_CIVIL, "anning", "judgment-court-civil",
    ),
    (
        "[兰州铁路运输中级法院|court|rail]行政判决没写理由",
        ADMINISTRATIVE, "rail", "judgment-court-administrative",
    ),
    (
        "[西固区法院|court|xigu]判我儿子有罪，量刑太重，要申诉",
        APPEALS, "xigu", "judgment-court-criminal",
    ),
    # the organ that handles the case underneath
    (
        "案子在[红古区检察院|procuratorate|honggu]，我住[城关区|district|chengguan]，没钱治伤",
        AID, "honggu", "handling-organ",
    ),
    (
        "[榆中县法院|court|yuzhong]判了赔三十万一分没拿到，[城关区|district|chengguan]租房住",
        AID, "yuzhong", "handling-organ",
    ),
    (
        "向[兰州市人民检察院|procuratorate|city]申请救助，案子是[永登县公安局|police|yongdeng]办的",
        AID, "yongdeng", "handling-organ",
    ),
    (
        "想查案子到哪一步，[七里河分局|police|qilihe]三月移送的",
        CASE, "qilihe", "handling-organ",
    ),
    ("[安宁区|district|anning]车祸，对方跑了没人赔", AID, "anning", "place-of-matter"),
    # police
    (
        "[皋兰县公安局|police|gaolan]不立案，事情出在[安宁区|district|anning]",
        CRIMINAL, "gaolan", "police-supervision",
    ),
    (
        "孩子在[城关区|district|chengguan]被打，[酒泉路派出所|police|chengguan]不立案",
        MINORS, "chengguan", "police-supervision-minors",
    ),
    (
        "我厂在[兰州新区|district|xinqu]，[某省某市公安局|police|outside]跨省抓走了法人",
        FIRM, "xinqu", "out-of-area-enforcement",
    ),
    # complaints about procuratorates go above them
    ("[城关区检察院|procuratorate|chengguan]的人态度恶劣", INSPECTION, "city",
     "complaint-about-procuratorate"),
    ("[兰州市检察院|procuratorate|city]承办人一直不接电话", INSPECTION, "outside",
     "complaint-about-procuratorate"),
    ("[兰州铁路运输检察院|procuratorate|rail]办案人员吃请", INSPECTION, "outside",
     "complaint-about-procuratorate"),
    (
        "向[兰州市检察院|procuratorate|city]投诉[永登县检察院|procuratorate|yongdeng]工作人员",
        INSPECTION, "city", "complaint-about-procuratorate",
    ),
    ("你们院在[榆中县|district|yuzhong]的接待人员骂人", INSPECTION, "city",
     "complaint-about-procuratorate"),
    ("检察院的人骂人，我住[西固区|district|xigu|sender]", INSPECTION, "city",
     "complaint-about-unnamed-procuratorate"),
    (
        "举报[西固区检察院|procuratorate|xigu]检察官收钱",
        CRIMINAL, "city", "complaint-about-prosecutor",
    ),
    (
        "收到[安宁区检察院|procuratorate|anning]不起诉决定书，我是被害人，不服",
        CRIMINAL, "city", "victim-against-non-prosecution",
    ),
    # crimes of judicial staff belong to the city
    (
        "[城关分局|police|chengguan]民警刑讯逼供我弟弟",
        CUSTODY, "city", "judicial-staff-crime",
    ),
    ("[榆中县法院|court|yuzhong]法官枉法裁判", CIVIL, "city", "judicial-staff-crime"),
    (
        "[永登县看守所|police|yongdeng]里管教打人",
        CUSTODY, "city", "judicial-staff-crime-in-custody",
    ),
    ("[红古区|district|honggu]债主非法拘禁我三天", CRIMINAL, "honggu", "place-of-matter"),
    # little to go by
    ("[城关分局|police|chengguan]都知道这事", MINORS, "chengguan", "organ-named"),
    ("[西固区检察院|procuratorate|xigu]领导您好，反映食堂问题", PIL, "xigu", "organ-addressed"),
    ("[兰州市人民检察院|procuratorate|city]：反映污水问题", PIL, "city", "city-intake"),
    ("食堂肉发臭，我家住[七里河区|district|qilihe|sender]", PIL, "qilihe", "sender-address"),
    ("[定西市|outside|outside]的化工厂排污", PIL, "outside", "outside-only"),
    ("河里全是白沫，没人管", PIL, "city", "city-intake"),
    ("[城关区|district|chengguan]物业不通暖气", OUT, "chengguan", "place-of-matter"),
]  # fmt: skip


@pytest.mark.parametrize(("marked", "labels", "procuratorate", "rule"), ROWS)
def test_a_clue_is_placed_by_the_rule_that_the_law_gives(
    marked: str, labels: tuple[str, str], procuratorate: str, rule: str
) -> None:
    placement = place(marked, *labels)
    assert (placement.procuratorate, placement.rule) == (procuratorate, rule)
    assert placement.legal_basis


def test_every_rule_has_a_row() -> None:
    assert {rule.id for rule in TAXONOMY.jurisdiction} == {rule for *_, rule in ROWS}


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
            "我是[定西|outside|outside|sender]人，河里全是白沫",
            "[兰州市|district|city]河里全是白沫",
        ],
    )
    def test_addressee_origin_and_the_city_itself_say_nothing(self, marked: str) -> None:
        placement = place(marked)
        assert (placement.procuratorate, placement.missing_place) == ("city", True)

    def test_a_city_rule_without_any_place_still_misses_it(self) -> None:
        assert place("三家公司串通涨价").missing_place

    def test_the_form_location_beats_the_home_told_in_the_text(self) -> None:
        placement = place(
            "食堂肉发臭，我家住[七里河区|district|qilihe|sender]",
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
            "铁路沿线有人烧秸秆，[西固区|district|xigu]",
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
KINDS = st.sampled_from(sorted(gazetteer_table.KINDS))
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
    assert set(get_args(Kind)) == gazetteer_table.KINDS
    assert set(TAXONOMY.procuratorate_by_code) == gazetteer_table.PROCURATORATES


@st.composite
def matters(draw: st.DrawFn) -> tuple[str, tuple[Mention, ...]]:
    text, mentions = "", []
    for _ in range(draw(st.integers(0, 5))):
        text += draw(PIECES)
        alternatives = tuple(draw(st.lists(PROCURATORATES, max_size=2)))
        mentions.append(
            Mention(
                len(text), len(text) + 2, "某处", draw(PROCURATORATES), draw(KINDS),
                alternatives, draw(st.booleans()),
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
    about = Mention(2, 4, "某院", complained, "procuratorate", (), False)
    places = tuple(m for m in rest[1] if m.kind != "procuratorate")
    placement = place_clue(
        module="service_center", secondary=(), function="inspection", text=text,
        mentions=(about, *places), sender_mentions=(), taxonomy=TAXONOMY, on=TODAY,
    )  # fmt: skip
    assert complained not in {placement.procuratorate, *(c for c, _ in placement.alternatives)}


class TestWhereTo:
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
    def test_the_words_point_to_who_may_act(self, text: str, code: str) -> None:
        assert where_to(text, "normal", TAXONOMY).code == code

    def test_danger_to_life_goes_to_the_emergency_services_whatever_it_is_about(self) -> None:
        assert where_to("拖欠工资，我要从塔吊上跳下去", "critical", TAXONOMY).code == "emergency"

    def test_danger_outranks_noise(self) -> None:
        assert where_to("啊啊啊啊", "critical", TAXONOMY, noise=True).code == "emergency"

    def test_noise_needs_no_destination(self) -> None:
        assert where_to("哈哈工资哈哈", "inquiry", TAXONOMY, noise=True).code == "none_needed"

    def test_every_destination_tells_the_person_what_to_do_and_why(self) -> None:
        for destination in TAXONOMY.where_to.destinations:
            assert destination.advice.endswith("。")
            assert destination.legal_basis

    @given(st.text(max_size=50), st.sampled_from(sorted(TAXONOMY.urgency_by_code)))
    def test_any_text_has_a_destination(self, text: str, urgency: str) -> None:
        assert where_to(text, urgency, TAXONOMY).code in TAXONOMY.destination_by_code
