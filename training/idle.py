"""Settings that could not take effect: refused, as silence would pass for obedience."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from training.config import TrainingConfig

_PRETRAINED = (
    "只用于预训练编码器，请加上 --encoder hybrid 或 transformer（配置里写 encoder），或去掉这一项"
)
_LINEAR = "只教给 linear，请改用 --encoder linear（配置里写 encoder），或去掉这一项"
_COUNTING = "只用于字词统计，请改用 --encoder linear 或 hybrid（配置里写 encoder），或去掉这一项"
_TUNING = "只用于微调，请加上 --fine-tune（配置里写 transformer.mode: fine_tuned），或去掉这一项"
_JOINED = "只用于不微调的 hybrid，请改用它，或去掉这一项"
_ALONE = "只用于不微调的 transformer，请改用它，或去掉这一项"

_COUNTED = {"minimum_documents", "word_weight", "regularisation"}
_TUNED = {
    f"transformer.{name}"
    for name in (
        "trained_layers", "epochs", "patience", "batch", "learning_rate", "layer_decay",
        "head_learning_rate",
    )
}  # fmt: skip
_FLAGS = {
    "unlabelled": "--unlabelled",
    "transformer.base_model": "--base-model",
    "transformer.mode": "--fine-tune",
}


def idle_settings(
    config: "TrainingConfig", defaults: "TrainingConfig", given: Mapping[str, Any]
) -> list[str]:
    """Every setting that could not take effect, and what to add or to drop.

    Set is what was ``given`` by hand or differs from the defaults: one that merely stands in a
    file is none.
    """
    usual, by_hand = dict(_leaves(defaults.model_dump())), dict(_leaves(given))
    return [
        f"{name}{f'（{_FLAGS[name]}）' if name in _FLAGS else ''}：{reason}"
        for name, value in _leaves(config.model_dump())
        if (name in by_hand or value != usual.get(name)) and (reason := _idle(name, config))
    ]


def _leaves(settings: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Settings by name, those of the encoder as ``transformer.name``."""
    for name, value in settings.items():
        if name == "transformer":
            yield from ((f"{name}.{inner}", found) for inner, found in value.items())
        else:
            yield name, value


def _idle(name: str, config: "TrainingConfig") -> str | None:
    """Why the setting has no effect; None where it has one."""
    encoder, frozen = config.encoder, config.transformer.mode == "frozen"
    reasons = (
        (name == "unlabelled" and encoder != "linear", _LINEAR),
        (name in _COUNTED and encoder == "transformer", _COUNTING),
        (name.startswith("transformer.") and not config.reads_pretrained, _PRETRAINED),
        (name in _TUNED and frozen, _TUNING),
        (name == "transformer.weight" and not (frozen and encoder != "transformer"), _JOINED),
        (
            name == "transformer.regularisation" and not (frozen and encoder == "transformer"),
            _ALONE,
        ),
    )
    return next((reason for idle, reason in reasons if idle), None)
