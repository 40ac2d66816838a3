"""Everything that decides how a pretrained encoder is used."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from model.token_windows import LARGEST_WINDOW, MOST_WINDOWS


class TransformerConfig(BaseModel):
    """Settings of the pretrained encoder; what they are worth: ``docs/models.md``."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    base_model: str = Field(
        default="e5-small", description="底座模型：e5-small、本地文件夹，或模型库中的名称"
    )
    mode: Literal["frozen", "fine_tuned"] = Field(
        default="frozen", description="frozen 只训练各头；fine_tuned 连同上面几层一起微调"
    )
    layers: int | None = Field(
        default=7, ge=1, description="保留底座的前几层，越少越快；填空为全部"
    )
    window: int = Field(default=192, ge=32, le=LARGEST_WINDOW, description="一个窗口最多读多少词元")
    windows: int = Field(
        default=3, ge=1, le=MOST_WINDOWS, description="长文最多读几个窗口，首尾必读"
    )
    regularisation: float = Field(default=0.0003, gt=0, description="冻结、单独用时各头的 C")
    weight: float = Field(
        default=0.34, gt=0, le=10, description="冻结、合用时句意特征相对字特征的分量"
    )
    trained_layers: int = Field(default=1, ge=1, description="微调最上面几层，其余冻结并缓存")
    epochs: int = Field(default=2, ge=1, le=50)
    patience: int = Field(default=2, ge=1, description="验证成绩几轮不升就停")
    batch: int = Field(default=16, ge=1, le=512)
    learning_rate: float = Field(default=1e-4, gt=0, lt=1, description="最上一层的学习率")
    layer_decay: float = Field(default=0.9, gt=0, le=1, description="每往下一层学习率乘以多少")
    head_learning_rate: float = Field(default=1e-3, gt=0, lt=1)
    threads: int = Field(default=2, ge=1, le=256, description="训练用几个线程")
    cache: Path = Field(default=Path("var/cache"), description="底座、向量和断点存在哪里")
