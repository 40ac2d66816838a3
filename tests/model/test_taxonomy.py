"""The taxonomy that lawyers edit: what stands in it, and how its mistakes are told."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.errors import InvalidConfiguration
from model.located_yaml import read_yaml
from model.taxonomy import Taxonomy, load_taxonomy, parse_taxonomy
from model.taxonomy_checks import check_taxonomy

SHIPPED = Path(__file__).parents[2] / "datasets" / "taxonomy.yaml"
CONTENT = SHIPPED.read_text(encoding="utf-8")
TAXONOMY = load_taxonomy(SHIPPED)


def mistakes_in(content: str) -> list[str]:
    with pytest.raises(InvalidConfiguration) as caught:
        parse_taxonomy("taxonomy.yaml", content)
    return caught.value.mistakes


def edited(*changes: tuple[str, str]) -> str:
    content = CONTENT
    for old, new in changes:
        assert old in content
        content = content.replace(old, new, 1)
    return content


def line_of(content: str, words: str) -> int:
    return content[: content.index(words)].count("\n") + 1


class TestWhatIsShipped:
    @pytest.mark.parametrize(
        ("axis", "codes"),
        [
            (
                "modules",
                "business_environment public_interest minor_protection judicial_aid "
                "case_information service_center out_of_scope",
            ),
            ("urgencies", "critical urgent normal inquiry"),
            (
                "functions",
                "complaints_appeals public_interest_litigation minors criminal economic_crime "
                "penalty_execution civil administrative case_management inspection transfer",
            ),
            (
                "procuratorates",
                "city chengguan qilihe xigu anning honggu yongdeng gaolan yuzhong xinqu rail "
                "forest outside",
            ),
            (
                "review_reasons",
                "low_confidence ambiguous_top2 critical no_place place_ambiguous too_short "
                "not_chinese looks_like_noise instruction_in_text rules_disagree out_of_known "
                "several_matters",
            ),
        ],
    )
    def test_an_axis_has_exactly_the_codes_of_the_contract(self, axis: str, codes: str) -> None:
        assert [entry.code for entry in getattr(TAXONOMY, axis)] == codes.split()

    def test_every_statutory_field_in_force_has_a_day_and_an_article(self) -> None:
        in_force = [f for f in TAXONOMY.public_interest_fields if f.status == "in_force"]
        assert len(in_force) == 15
        assert all(field.valid_from and "第" in field.legal_basis for field in in_force)

    def test_a_draft_field_is_never_in_force(self) -> None:
        drafts = [f for f in TAXONOMY.public_interest_fields if f.status == "draft"]
        assert drafts
        assert not any(field.in_force(date(2099, 1, 1)) for field in drafts)

    def test_only_antitrust_is_reserved_to_the_city(self) -> None:
        reserved = [f.code for f in TAXONOMY.public_interest_fields if f.minimum_level == "city"]
        assert reserved == ["antitrust"]

    @pytest.mark.parametrize(
        ("procuratorate", "function", "name"),
        [
            ("chengguan", "minors", "城关区人民检察院 · 未成年人检察"),
            ("xinqu", "case_management", "兰州新区人民检察院 · 案件管理"),
            (
                "city",
                "complaints_appeals",
                "兰州市人民检察院 · 控告申诉检察（12309检察服务中心）",
            ),
        ],
    )
    def test_a_unit_has_the_name_that_staff_know(
        self, procuratorate: str, function: str, name: str
    ) -> None:
        assert TAXONOMY.unit_name(procuratorate, function) == name

    def test_every_unit_has_a_name(self) -> None:
        for procuratorate in TAXONOMY.procuratorate_by_code:
            for function in TAXONOMY.function_by_code:
                assert "{" not in TAXONOMY.unit_name(procuratorate, function)

    @pytest.mark.parametrize(
        ("code", "superior"), [("yuzhong", "city"), ("city", "outside"), ("outside", "outside")]
    )
    def test_a_complaint_knows_the_level_above(self, code: str, superior: str) -> None:
        assert TAXONOMY.superior(code) == superior

    def test_it_cannot_be_changed_in_memory(self) -> None:
        with pytest.raises(ValueError, match="frozen"):
            TAXONOMY.version = "另一版"  # type: ignore[misc]


class TestMistakes:
    def test_a_misspelt_choice_is_answered_with_line_field_allowed_values_and_a_guess(self) -> None:
        content = edited(("choose: common_superior", "choose: comon_superior"))
        (mistake,) = mistakes_in(content)
        line = line_of(content, "comon_superior")
        index = [rule.id for rule in TAXONOMY.jurisdiction].index("several-districts-of-harm")
        assert mistake == (
            f"第 {line} 行 jurisdiction[{index}].choose：“comon_superior”不是允许的值，"
            "可用：fixed、organ_named、organ_itself、above_organ_named、organ_addressed、"
            "place_of_harm、common_superior、outside_only、sender_address、elsewhere_in_passing"
            "（是否想写 common_superior？）"
        )

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ("default_function: minors", "default_function: minor", "是否想写 minors？"),
            ("intake_procuratorate: city", "intake_procuratorate: citi", "是否想写 city？"),
            ("secondary: [judicial_aid]", "secondary: [judical_aid]", "是否想写 judicial_aid？"),
            ("default: xiaolan", "default: xiaolian", "是否想写 xiaolan？"),
            ("superior: city}", "superior: cty}", "是否想写 city？"),
            ("fields: [antitrust]", "fields: [antitrus]", "是否想写 antitrust？"),
            ("fields: [antitrust]", "fields: [heroes]", "规则永远不会适用"),
            ("fields: [antitrust]", "fields: [national_defence]", "规则永远不会适用"),
            ("    exclusive: true", "    exclusve: true", "是否想写 exclusive？"),
            ("    exclusive: true", "    exclusive: 是", "应为 true 或 false"),
            ("reply_days: 7", "reply_days: 七", "应为整数"),
            ("reply_days: 7", "reply_days: 0", "不能小于 1"),
            ("  counting: calendar\n", "  counting: wrking\n", "可用：calendar、working"),
            ("valid_from: 2025-03-01", "valid_from: 2025-13-41", "应为日期"),
            ("valid_from: 2025-03-01", "valid_from: 20250301", "应为日期"),
            ("    procuratorate: rail\n", "", "须写 procuratorate"),
            ("    kinds: [court]\n", "", "须写 kinds"),
            ("name: 特急", "name: ''", "不能为空"),
            ("{code: urgent, name: 紧急, rank: 2", "{code: urgent, name: 紧急, rank: 1", "重复"),
            ("first_look_hours: 24}", "first_look_hours: 1}", "越急的时限不得越长"),
            ("level: city, superior: outside", "level: city, superior: city", "不能是自己"),
            ("level: city, superior: outside", "level: city", "须写明 superior"),
            ("{code: minors, name: 未", "{code: civil, name: 未", "“civil”重复"),
            ('"{procuratorate} · {function}"', '"{院} · {function}"', "只能用 {procuratorate}"),
            ("default_function: case_management", "default_function: minors", "不在本模块"),
            ("code: minor_protection\n", "code: 未成年人\n", "只能用小写字母"),
            ("functions: [minors]", "functions: minors", "应为列表"),
            ("functions: [minors]", "functions: []", "不能是空列表"),
            ("    name: 司法救助\n", "", "缺少这一项"),
            ('version: "2026-11-29"', "version: 2026-11-29", "应为文字"),
        ],
    )
    def test_each_kind_of_mistake_is_told(self, old: str, new: str, told: str) -> None:
        assert any(told in mistake for mistake in mistakes_in(edited((old, new))))

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ("reply_days: 7", "reply_days: 0"),
            ("name: 特急", "name: ''"),
            ("default: xiaolan", "default: xiaolian"),
            ("    exclusive: true", "    exclusve: true"),
            ("valid_from: 2025-03-01", "valid_from: 2025-13-41"),
        ],
    )
    def test_a_mistake_is_told_at_its_line(self, old: str, new: str) -> None:
        content = edited((old, new))
        assert mistakes_in(content)[0].startswith(f"第 {line_of(content, new)} 行 ")

    def test_structure_references_dates_and_duplicate_keys_are_told_together(self) -> None:
        content = edited(
            ("reply_days: 7", "reply_days: 7\n  reply_days: 8"),
            ("    function: minors\n    valid", "    function: minor\n    valid"),
            ("choose: outside_only", "choose: outsid_only"),
            (
                "    valid_from: 2022-08-01\n    legal_basis",
                "    valid_from: 2022-08-01\n    valid_until: 2021-01-01\n    legal_basis",
            ),
        )
        mistakes = mistakes_in(content)
        assert len(mistakes) == 4
        for told in ("重复，第", "是否想写 minors？", "是否想写 outside_only？", "早于 valid_from"):
            assert any(told in mistake for mistake in mistakes)

    def test_mistakes_come_in_the_order_of_lines(self) -> None:
        content = edited(("reply_days: 7", "reply_days: 七"), ("name: 特急", "name: ''"))
        lines = [int(mistake.split()[1]) for mistake in mistakes_in(content)]
        assert lines == sorted(lines)
        assert len(lines) == 2

    def test_the_last_rule_must_always_apply(self) -> None:
        bounded = "  - id: city-intake\n    valid_until: 2030-01-01"
        content = edited(("  - id: city-intake", bounded))
        assert any("最后一条规则必须总能适用" in mistake for mistake in mistakes_in(content))

    def test_one_unit_cannot_have_two_names(self) -> None:
        line = "    - {procuratorate: city, function: complaints_appeals, name: 另一个名字}\n"
        content = edited(("  overrides:\n", f"  overrides:\n{line}"))
        assert any("重复命名" in mistake for mistake in mistakes_in(content))

    @pytest.mark.parametrize(
        ("content", "told"),
        [
            ("", "文件是空的"),
            ("null", "文件是空的"),
            ("# 只有注释", "文件是空的"),
            ("a: [1, 2", "方括号或花括号没有成对"),
            ("a: 'x", "引号没有成对"),
            ("a: 1\n\tb: 2", "第 2 行"),
            ("a: b: c", "冒号的位置不对"),
            ("a: 1\n---\nb: 2", "只能有一份文档"),
            ("a: &x 1\nb: *x", "不支持锚点与别名"),
            ("a: &x [*x]", "不支持锚点与别名"),
            ("? [a]\n: 1", "键应为文字"),
            ("[" * 60 + "]" * 60, "嵌套太深"),
            ("- 1", "应为一组"),
            ("a: \x07", "控制字符"),
        ],
    )
    def test_broken_yaml_is_told_in_chinese(self, content: str, told: str) -> None:
        assert any(told in mistake for mistake in mistakes_in(content))

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidConfiguration, match="找不到该文件"):
            load_taxonomy(tmp_path / "没有.yaml")

    def test_a_file_in_gbk_is_refused_with_its_line(self, tmp_path: Path) -> None:
        path = tmp_path / "taxonomy.yaml"
        path.write_bytes(b"version: x\n" + "名称: 兰州".encode("gb18030"))
        with pytest.raises(InvalidConfiguration, match="第 2 行：不是 UTF-8 编码"):
            load_taxonomy(path)

    def test_a_byte_order_mark_is_borne(self, tmp_path: Path) -> None:
        path = tmp_path / "taxonomy.yaml"
        path.write_text(CONTENT, encoding="utf-8-sig")
        assert isinstance(load_taxonomy(path), Taxonomy)


@given(st.text(max_size=200))
def test_any_text_is_either_a_taxonomy_or_refused_with_mistakes(content: str) -> None:
    assert mistakes_in(content)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5) | st.dates(),
        lambda inner: (
            st.lists(inner, max_size=4).map(tuple)
            | st.dictionaries(
                st.sampled_from(
                    ["modules", "jurisdiction", "when", "urgencies", "rank", "code", "units"]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=20,
    )
)
def test_cross_checks_bear_data_of_any_shape(data: object) -> None:
    for mistake in check_taxonomy(data):
        assert mistake.message


@settings(deadline=None)  # a whole parse is timed by the machine's load
@given(st.integers(min_value=0, max_value=CONTENT.count("\n") - 1))
def test_losing_any_one_line_never_crashes(number: int) -> None:
    lines = CONTENT.splitlines()
    content = "\n".join(lines[:number] + lines[number + 1 :])
    try:
        parse_taxonomy("taxonomy.yaml", content)
    except InvalidConfiguration as error:
        assert error.mistakes


def test_lines_are_counted_from_one_and_fall_back_to_what_encloses() -> None:
    document = read_yaml("a: 1\nb:\n  - c: 2\n")
    assert document.line_of(("b", 0, "c")) == 3
    assert document.line_of(("b", 0, "missing")) == 3
    assert document.line_of(("missing",)) == 1
