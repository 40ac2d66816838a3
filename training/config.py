"""Everything that decides a training run."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class TransformerConfig(BaseModel):
    """Settings of the pretrained encoder; what they are worth: ``docs/models.md``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_model: str = Field(
        default="e5-small", description="底座模型：e5-small、本地文件夹，或模型库中的名称"
    )
    mode: Literal["frozen", "fine_tuned"] = Field(
        default="frozen", description="frozen 只训练各头；fine_tuned 连同上面几层一起微调"
    )
    layers: int | None = Field(default=None, ge=1, description="保留底座的前几层，不填为全部")
    window: int = Field(default=192, ge=32, le=512, description="一个窗口最多读多少词元")
    windows: int = Field(default=3, ge=1, le=16, description="长文最多读几个窗口，首尾必读")
    regularisation: float = Field(default=0.001, gt=0, description="冻结时各头的 C")
    trained_layers: int = Field(default=6, ge=1, description="微调最上面几层，其余冻结并缓存")
    epochs: int = Field(default=4, ge=1, le=50)
    patience: int = Field(default=2, ge=1, description="验证成绩几轮不升就停")
    batch: int = Field(default=16, ge=1, le=512)
    learning_rate: float = Field(default=1e-4, gt=0, lt=1, description="最上一层的学习率")
    layer_decay: float = Field(default=0.9, gt=0, le=1, description="每往下一层学习率乘以多少")
    head_learning_rate: float = Field(default=1e-3, gt=0, lt=1)
    threads: int = Field(default=1, ge=1, le=256, description="训练用几个线程")
    cache: Path = Field(default=Path("var/cache"), description="底座、向量和断点存在哪里")


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
    output: Path = Path("var/bundle")
    encoder: Literal["linear", "transformer", "hybrid"] = Field(
        default="linear", description="怎样读：字词统计、预训练编码器，或两者合用"
    )
    transformer: TransformerConfig = TransformerConfig()
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
