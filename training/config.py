"""Everything that decides a training run."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class TrainingConfig(BaseModel):
    """Settings of one run; the same settings and data give the same bundle, byte for byte."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: tuple[Path, ...] = Field(
        default=(Path("datasets/clues"),), description="标注数据文件或文件夹"
    )
    taxonomy: Path = Path("datasets/taxonomy.yaml")
    calendar: Path = Path("datasets/calendar.yaml")
    signals: Path = Path("datasets/signals.yaml")
    gazetteer: Path = Path("datasets/gazetteer")
    golden: Path = Path("datasets/golden.jsonl")
    output: Path = Path("var/bundle")
    seed: int = 20230209
    folds: int = Field(default=5, ge=2, le=20)
    minimum_documents: int = Field(default=2, ge=1, description="特征至少出现在几条线索中")
    word_weight: float = Field(default=0.5, ge=0, le=10)
    regularisation: float = Field(default=0.5, gt=0, description="支持向量机的 C")
    noisy_copies: float = Field(
        default=0.0, ge=0, le=1, description="训练时给多大比例的线索各加一份带噪副本，0 为不加"
    )
    coverage: float = Field(default=0.9, gt=0, lt=1, description="候选集覆盖率")
    urgency_costs: dict[str, float] = Field(
        default={"critical": 4.0, "urgent": 3.0}, description="漏判各紧急程度的代价，其余为 1"
    )
    critical_recall: float = Field(default=0.95, gt=0, lt=1)
    module_risk: float = Field(default=0.10, gt=0, lt=1, description="放行部分的模块错误率上限")
    urgency_risk: float = Field(default=0.15, gt=0, lt=1)
    function_risk: float = Field(default=0.10, gt=0, lt=1)
    confidence_level: float = Field(default=0.95, gt=0.5, lt=1, description="错误率上限的置信水平")
    ambiguity: float = Field(default=0.10, ge=0, lt=1)
    learning_curve: bool = Field(default=True, description="是否画学习曲线（多花约一倍时间）")
