"""Look for better settings before the run proper, for as long as one is willing to wait.

Tree-structured Parzen estimator (Bergstra, Bardenet, Bengio & Kégl, NIPS 2011), as optuna does
it. Every trial is stored when it ends, so a search broken off goes on where it stopped.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from sklearn.metrics import f1_score

from model.errors import FenzhenError
from model.heads import split_outputs
from model.signals import load_signals
from model.taxonomy import load_taxonomy
from training.checkpoints import run_identity
from training.config import TrainingConfig
from training.cross_validate import evaluate_out_of_fold
from training.database_causes import DAMAGED, LOCKED, database_cause
from training.dataset import build_dataset
from training.full_disk import explained
from training.labelled import LabelledClue, data_files, parts, read_labelled
from training.learner import Learner, learner_for
from training.search_space import search_space, value_of, with_values

if TYPE_CHECKING:
    from optuna import Study
    from optuna.distributions import BaseDistribution
    from optuna.trial import FrozenTrial

STORE = Path("var/search/optuna.db")

_ADVICE = {
    LOCKED: "请等另一次检索结束后重试",
    DAMAGED: "请删除它后重试，已试的各组要重新试",
}


class SearchStoreUnavailable(FenzhenError):
    """What was tried can be neither read nor written down."""

    code = "search_store_unavailable"
    title = "Search store unavailable"

    @classmethod
    def because(cls, error: Exception) -> "SearchStoreUnavailable":
        """Told in Chinese, with what to do."""
        found = database_cause(error)
        return cls(f"检索记录 {STORE}：{found}，{_ADVICE.get(found, '请检查磁盘和权限后重试')}")


@contextmanager
def _store_explained() -> Iterator[None]:
    from optuna.exceptions import StorageInternalError
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (SQLAlchemyError, StorageInternalError) as error:
        raise SearchStoreUnavailable.because(error) from error


@_store_explained()
def search_settings(config: TrainingConfig, tell: Callable[[str], None]) -> TrainingConfig:
    """The settings of best mean macro-F1 over the heads, out of fold; what is varied depends on
    the encoder.

    The settings given are the first trial, so the result is never worse than they on these folds.
    Being the best of many tries, its out-of-fold score flatters a little. Raises FenzhenError
    without ``search`` settings, SearchStoreUnavailable, DiskFullError and as ``train``.
    """
    if config.search is None:
        raise FenzhenError("配置里没有 search 一项，无从检索")
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    taxonomy = load_taxonomy(config.taxonomy)
    clues = read_labelled(data_files(config.data), taxonomy)
    space = search_space(config)
    study = _study(config, space, clues)
    minutes, most = config.search.minutes, config.search.trials
    done, begun = len(_finished(study)), monotonic()
    ahead: Learner | None = None
    outdone: Learner | None
    budget = minutes * 60 - _spent(study)
    tell(f"检索参数：已试 {done} 组，还可用 {max(budget, 0) / 60:.1f} 分钟")
    while not done or (monotonic() - begun < budget and (most is None or done < most)):
        trial = study.ask(space)
        score, outdone = _try(with_values(config, trial.params), clues)
        study.tell(trial, score)
        if study.best_trial.number == trial.number:
            ahead, outdone = outdone, ahead  # the run proper goes on from its fits
        if outdone is not None:
            outdone.clear()
        done += 1
        tell(f"  第 {trial.number + 1} 组：宏 F1 均值 {score:.4f}")
    best = study.best_trial
    tell(f"最好的是第 {best.number + 1} 组：{best.value:.4f}，{best.params}")
    return with_values(config, best.params)


def _study(
    config: TrainingConfig, space: Mapping[str, "BaseDistribution"], clues: list[LabelledClue]
) -> "Study":
    """The study of the run with the settings given: it goes on only where all is as it was."""
    import optuna

    with explained(STORE.parent, "检索记录"):
        STORE.parent.mkdir(parents=True, exist_ok=True)
    study = optuna.create_study(
        storage=f"sqlite:///{STORE}",
        study_name=run_identity(config, clues),
        load_if_exists=True,
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=config.seed),
    )
    if not _finished(study):
        study.enqueue_trial({name: value_of(config, name) for name in space})
    return study


def _try(config: TrainingConfig, clues: list[LabelledClue]) -> tuple[float, Learner]:
    """Mean over the heads of macro-F1, every clue judged by a model that has not seen it."""
    taxonomy, signals = load_taxonomy(config.taxonomy), load_signals(config.signals)
    learned, held_out = parts(clues)
    dataset = build_dataset(learned, taxonomy, signals, config, held_out)
    learner = learner_for(dataset, config)
    scores = split_outputs(learner.score_out_of_fold(lambda _: None), dataset.labels)
    heads = evaluate_out_of_fold(scores, dataset, config).heads.values()
    found = [f1_score(o.truth, o.chosen, average="macro", zero_division=0) for o in heads]
    return float(sum(found) / len(found)), learner


def _finished(study: "Study") -> list["FrozenTrial"]:
    """Trials that came to an end; one that was broken off is tried again some day."""
    from optuna.trial import TrialState

    return study.get_trials(states=(TrialState.COMPLETE,))


def _spent(study: "Study") -> float:
    """Seconds that finished trials have taken."""
    return sum(trial.duration.total_seconds() for trial in _finished(study) if trial.duration)
