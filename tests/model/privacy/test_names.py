"""Names by the words around them, whose they are, and what is no name."""

import pytest

from model.privacy import Kind, Whose, find_personal_data, mask, mask_together

MINOR, INFORMANT, OTHER = Whose.MINOR, Whose.INFORMANT, Whose.OTHER


def _names(text: str) -> list[tuple[str, Whose]]:
    return [
        (text[d.start : d.end], d.whose) for d in find_personal_data(text) if d.kind is Kind.NAME
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("我叫王芳今年五十", [("王芳", INFORMANT)]),
        ("我叫王小明，家在榆中", [("王小明", INFORMANT)]),
        ("我叫才让，在永登放羊", [("才让", INFORMANT)]),
        ("我名叫，李俊，筲箕湾人", [("李俊", INFORMANT)]),
        ("本人陈建实名举报某局", [("陈建", INFORMANT)]),
        ("姓名：欧阳建国 电话没有", [("欧阳建国", INFORMANT)]),
        ("实名举报人：冶占林", [("冶占林", INFORMANT)]),
        ("反映人马学军，男，回族", [("马学军", INFORMANT)]),
        ("此致\n敬礼\n张立新\n2024年3月1日", [("张立新", INFORMANT)]),
        ("我儿子张小明在读三年级", [("张小明", MINOR)]),
        ("孩子叫小禾，今年十岁", [("小禾", MINOR)]),
        ("被害人李婷婷，13岁", [("李婷婷", MINOR)]),
        ("初二学生陈思雨被堵在厕所", [("陈思雨", MINOR)]),
        ("我儿子张建军，35岁，在工地", [("建军", OTHER)]),
        ("被害人冶占林系永登人", [("占林", OTHER)]),
        ("我丈夫刘桂生去年走了", [("桂生", OTHER)]),
        ("城东小学校长杨东云打人", [("东云", OTHER)]),
        ("找王建国主任签的字", [("建国", OTHER)]),
        ("包工头（赵铁柱）跑了", [("铁柱", OTHER)]),
    ],
)
def test_a_name_is_found_and_whose_it_is(text: str, found: list[tuple[str, Whose]]) -> None:
    assert _names(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "王某打了李某某，王女士报了警，张老师、老魏和小王都看见了",
        "我叫来的人，他们叫我去，管我叫三爷",
        "我是业主，本人从事教育，本人系高二学生家长",
        "孩子高考，女儿高一，儿子盖房子，孩子白血病，学生安全",
        "申请律师，谢谢老师，项目经理，市场监管局的同志，工程师职称",
        "举报人被打击报复，联系人信息，申请人于2023年申请",
        "被告人和被害人都同意，被害人家属不服",
        "兰州市城关区人民检察院\n安宁区",
    ],
)
def test_no_name_is_found(text: str) -> None:
    assert _names(text) == []


def test_the_surname_of_a_minor_or_informant_is_covered_too_anybody_elses_stays() -> None:
    text = "我叫王芳，我儿子张小明被班主任李建国打了"
    assert mask(text).text == "我叫**，我儿子***被班主任李**打了"


def test_a_name_told_once_is_covered_wherever_it_stands() -> None:
    title, text, place = mask_together(
        ["关于张小明被打的情况", "我女儿的同学张小明，10岁。小明不敢上学。", "张小明家"]
    )
    assert title.text == "关于***被打的情况"
    assert text.text == "我女儿的同学***，10岁。**不敢上学。"
    assert place.text == "***家"
    assert {datum.whose for datum in text.data} == {MINOR}


def test_of_two_answers_to_whose_a_name_is_the_more_protected_one_holds() -> None:
    assert mask("举报人：李婷婷。李婷婷，13岁。").data[0].whose is MINOR
