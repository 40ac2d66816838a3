"""Everything that decides a training run."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.configuration import mistakes_of, not_allowed, parse_configuration, read_configuration
from model.errors import InvalidConfiguration
from training.idle import idle_settings
from training.transformer.settings import TransformerConfig

_URGENCY_COSTS = {"critical": 4.0, "urgent": 3.0}


class Search(BaseModel):
    """How long to look for better settings before the run proper; it resumes where it stopped."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    minutes: float = Field(gt=0, le=1440, description="最多用多少分钟，中断后重跑接着用剩余时间")
    trials: int | None = Field(default=None, ge=1, description="最多试多少组，不填只看时间")


class TrainingConfig(BaseModel):
    """Settings of one run; the same settings and data give the same bundle, byte for byte.

    Paths are relative to the folder where the program is run, in a file as on the command line.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    data: tuple[Path, ...] = Field(
        default=(Path("datasets/clues"),), description="标注数据文件或文件夹"
    )
    taxonomy: Path = Field(default=Path("datasets/taxonomy.yaml"), description="分类与管辖规则")
    calendar: Path = Field(default=Path("datasets/calendar.yaml"), description="工作日历")
    signals: Path = Field(default=Path("datasets/signals.yaml"), description="词语与信号")
    gazetteer: Path = Field(default=Path("datasets/gazetteer"), description="地名表文件夹")
    golden: Path = Field(
        default=Path("datasets/golden.jsonl"), description="必须判对的线索，随模型包保存"
    )
    output: Path = Field(default=Path("var/bundle"), description="模型包写到哪个文件夹")
    encoder: Literal["linear", "transformer", "hybrid"] = Field(
        default="linear", description="怎样读：字词统计、预训练编码器，或两者合用"
    )
    transformer: TransformerConfig = Field(
        default=TransformerConfig(), description="预训练编码器的设置"
    )
    unlabelled: Path | None = Field(
        default=None, description="没有标注的来信文件：由合用的模型标注，教给字词统计的模型"
    )
    seed: int = Field(default=20230209, ge=0, lt=2**32, description="随机种子")
    folds: int = Field(default=5, ge=2, le=20, description="交叉验证折数")
    minimum_documents: int = Field(default=2, ge=1, description="特征至少出现在几条线索中")
    word_weight: float = Field(default=0.5, ge=0, le=10, description="词特征相对字特征的分量")
    regularisation: float = Field(default=0.5, gt=0, description="支持向量机的 C")
    noisy_copies: float = Field(
        default=0.0, ge=0, le=1, description="训练时给多大比例的线索各加一份带噪副本，0 为不加"
    )
    coverage: float = Field(default=0.9, gt=0, lt=1, description="候选集覆盖率")
    urgency_costs: dict[str, Annotated[float, Field(gt=0)]] = Field(
        default=_URGENCY_COSTS, description="漏判各紧急程度的代价，其余为 1"
    )
    critical_recall: float = Field(default=0.95, gt=0, lt=1, description="特急警报的召回目标")
    module_risk: float = Field(default=0.10, gt=0, lt=1, description="放行部分的模块错误率上限")
    urgency_risk: float = Field(
        default=0.15, gt=0, lt=1, description="放行部分的紧急程度错误率上限"
    )
    function_risk: float = Field(default=0.10, gt=0, lt=1, description="放行部分的职能错误率上限")
    confidence_level: float = Field(default=0.95, gt=0.5, lt=1, description="错误率上限的置信水平")
    ambiguity: float = Field(
        default=0.10, ge=0, lt=1, description="前两个模块的概率差小于此值时交人工"
    )
    learning_curve: bool | None = Field(
        default=None, description="是否画学习曲线（多花约一倍时间）；不填则画，微调时不画"
    )
    resamples: int = Field(default=1000, ge=100, le=20000, description="置信区间的自助抽样次数")
    search: Search | None = Field(default=None, description="训练前先检索较好的参数，不填不检索")

    @property
    def reads_pretrained(self) -> bool:
        """Whether a pretrained encoder reads, be it only to teach."""
        return self.encoder != "linear" or self.unlabelled is not None

    def deciding(self) -> dict[str, Any]:
        """The settings that decide, with the content of the files, what is learned: not where
        files lie, nor how the result is looked at."""
        return self.model_dump(mode="json", exclude=_NOT_DECIDING)

    @property
    def draws_learning_curve(self) -> bool:
        """Fine-tuning three times more for a picture is nothing to do unasked."""
        if self.learning_curve is not None:
            return self.learning_curve
        return self.encoder == "linear" or self.transformer.mode == "frozen"


_NOT_DECIDING: Any = {
    **dict.fromkeys(
        ("data", "unlabelled", "taxonomy", "calendar", "signals", "gazetteer", "golden"), True
    ),
    **dict.fromkeys(("output", "learning_curve", "resamples", "search"), True),
    "transformer": {"cache": True, "threads": True},
}


def load_config(path: Path | None, given: Mapping[str, Any]) -> TrainingConfig:
    """The settings of a YAML file, or the defaults, overridden by what was ``given`` by hand; of a
    group of settings only those given.

    Raises InvalidConfiguration with every mistake of the file, line by line, with every one of
    what was given, and with every setting that could not take effect.
    """
    defaults = base = TrainingConfig()
    if path is not None:
        base = parse_configuration(
            str(path), read_configuration(path), TrainingConfig, lambda _: ()
        )
    values = base.model_dump()
    for name, value in given.items():
        values[name] = (values[name] or {}) | value if isinstance(value, dict) else value
    try:
        config = TrainingConfig.model_validate(values)
    except ValidationError as error:
        raise InvalidConfiguration("训练设置", mistakes_of(TrainingConfig, error)) from error
    if idle := idle_settings(config, defaults, given):
        raise InvalidConfiguration(str(path or "训练设置"), idle)
    return config


def check_urgencies(config: TrainingConfig, known: Collection[str]) -> None:
    """Raises InvalidConfiguration for the cost of an urgency that the taxonomy does not know; it
    need not know those of the defaults."""
    unknown = config.urgency_costs.keys() - known - _URGENCY_COSTS.keys()
    if unknown:
        told = [f"urgency_costs：{not_allowed(code, known)}" for code in sorted(unknown)]
        raise InvalidConfiguration("训练设置", told)


def config_yaml(config: TrainingConfig) -> str:
    """The settings as a YAML file to edit, each with its meaning beside it."""
    lines = []
    values = config.model_dump(mode="json")
    for name, field in TrainingConfig.model_fields.items():
        told = yaml.safe_dump(
            {name: values[name]}, allow_unicode=True, default_flow_style=False, sort_keys=False
        )
        lines.append(f"# {field.description}\n{told}")
    return "".join(lines)
