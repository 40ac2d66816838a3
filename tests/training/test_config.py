"""One YAML file decides a run: validated with lines in Chinese, overridden by flags."""

from pathlib import Path
from typing import Any

import pytest

from model.errors import InvalidConfiguration
from training.config import TrainingConfig, check_urgencies, config_yaml, load_config


def _file(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "run.yaml"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_file_needs_to_say_only_what_differs(tmp_path: Path) -> None:
    path = _file(tmp_path, "data: [datasets/clues, 三月.xlsx]\nfolds: 10\nsearch:\n  minutes: 30\n")
    config = load_config(path, {})
    assert config.data == (Path("datasets/clues"), Path("三月.xlsx"))
    assert config.folds == 10
    assert config.search is not None and config.search.minutes == 30
    assert config.coverage == TrainingConfig().coverage


def test_what_is_given_by_hand_wins(tmp_path: Path) -> None:
    path = _file(tmp_path, "folds: 10\nseed: 7\n")
    config = load_config(path, {"folds": 3})
    assert (config.folds, config.seed) == (3, 7)


def test_without_a_file_the_defaults_hold() -> None:
    assert load_config(None, {}) == TrainingConfig()


def test_every_mistake_is_named_with_its_line(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        "folds: 1\nseeed: 3\nregularisation: 零点五\nmodule_risk: 1\nsearch:\n  minuts: 5\n",
    )
    with pytest.raises(InvalidConfiguration) as caught:
        load_config(path, {})
    told = caught.value.detail
    for expected in (
        "第 1 行 folds：不能小于 2",
        "是否想写 seed？",
        "第 3 行 regularisation：应为数字",
        "第 4 行 module_risk：必须小于 1",
        "第 5 行 search.minutes：缺少这一项",
        "第 6 行 search.minuts：不认识的项，可用：minutes、trials（是否想写 minutes？）",
    ):
        assert expected in told
    assert caught.value.source == str(path)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(InvalidConfiguration, match="找不到该文件"):
        load_config(tmp_path / "没有.yaml", {})


def test_the_settings_written_out_read_back_the_same(tmp_path: Path) -> None:
    config = TrainingConfig(folds=4, data=(Path("三月.xlsx"),))
    written = config_yaml(config)
    assert load_config(_file(tmp_path, written), {}) == config
    assert "# 交叉验证折数\nfolds: 4\n" in written


TUNED = {"transformer": {"mode": "fine_tuned"}}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (TUNED, r"（--fine-tune）：只用于预训练编码器，请加上 --encoder hybrid"),
        ({"transformer": {"base_model": "e5-small"}}, r"（--base-model）：只用于预训练编码器"),
        ({"encoder": "hybrid", "unlabelled": Path("来信.csv")}, r"（--unlabelled）：只教给 linear"),
        (TUNED | {"encoder": "transformer", "unlabelled": Path("来信.csv")}, "只教给 linear"),
    ],
)
def test_a_flag_that_could_not_take_effect_is_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidConfiguration, match=told):
        load_config(None, given)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("transformer: {mode: fine_tuned}", "transformer.mode.*只用于预训练编码器"),
        ("transformer: {layers: 5}", "transformer.layers：只用于预训练编码器"),
        ("encoder: hybrid\nunlabelled: 来信.csv", "unlabelled.*只教给 linear"),
        ("encoder: hybrid\ntransformer: {epochs: 9}", "transformer.epochs：只用于微调"),
        ("encoder: transformer\nword_weight: 1", "word_weight：只用于字词统计"),
        ("encoder: transformer\ntransformer: {weight: 1}", "transformer.weight：只用于.*hybrid"),
        ("encoder: hybrid\ntransformer: {regularisation: 1}", "只用于不微调的 transformer"),
    ],
)
def test_so_is_one_in_a_file(tmp_path: Path, content: str, told: str) -> None:
    with pytest.raises(InvalidConfiguration, match=told):
        load_config(_file(tmp_path, content), {})


@pytest.mark.parametrize(
    "given",
    [
        {"encoder": "transformer"},
        TUNED | {"encoder": "hybrid"},
        {"unlabelled": Path("来信.csv")},
        TUNED | {"unlabelled": Path("来信.csv")},
    ],
)
def test_defaults_that_merely_stand_in_the_file_are_not(
    tmp_path: Path, given: dict[str, Any]
) -> None:
    load_config(_file(tmp_path, config_yaml(TrainingConfig())), given)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("regularisation: .inf", "regularisation：应为有限的数字"),
        ("transformer: {regularisation: .inf}", "transformer.regularisation：应为有限的数字"),
        ("word_weight: .nan", "word_weight：应为有限的数字"),
        ("urgency_costs: {critical: .nan}", "urgency_costs.critical：应为有限的数字"),
        ("urgency_costs: {critical: -4}", "urgency_costs.critical：必须大于 0"),
    ],
)
def test_a_number_without_meaning_is_refused(tmp_path: Path, content: str, told: str) -> None:
    with pytest.raises(InvalidConfiguration, match=told):
        load_config(_file(tmp_path, content), {})


def test_a_value_by_hand_beyond_its_limit_is_refused_naming_the_limit() -> None:
    with pytest.raises(InvalidConfiguration, match="seed：必须小于 4294967296"):
        load_config(None, {"seed": 99999999999})


def test_the_cost_of_an_urgency_that_nobody_knows_is_refused() -> None:
    config = TrainingConfig(urgency_costs={"critical": 4, "urgnt": 3})
    with pytest.raises(InvalidConfiguration, match=r"“urgnt”不是允许的值.*是否想写 urgent？"):
        check_urgencies(config, ("critical", "urgent", "normal"))


def test_the_costs_that_stand_by_default_go_with_any_taxonomy() -> None:
    check_urgencies(TrainingConfig(), ("critical", "normal"))
