"""Look for better settings before the run proper, for as long as one is willing to wait.

Tree-structured Parzen estimator (Bergstra, Bardenet, Bengio & Kégl, NIPS 2011), as optuna does
it. Every trial is stored when it ends, so a search broken off goes on where it stopped.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sklearn.metrics import f1_score

from model.bundle import json_bytes
from model.errors import FenzhenError
from model.signals import load_signals
from model.taxonomy import load_taxonomy
from training.config import TrainingConfig
from training.cross_validate import evaluate_out_of_fold
from training.dataset import build_dataset, data_fingerprint
from training.labelled import LabelledClue, data_files, read_labelled
from training.learner import score_out_of_fold

if TYPE_CHECKING:
    from optuna import Study, Trial
    from optuna.trial import FrozenTrial

STORE = Path("var/search/optuna.db")


def search_settings(config: TrainingConfig, tell: Callable[[str], None]) -> TrainingConfig:
    """The settings of best mean macro-F1 over the heads, out of fold.

    The settings given are the first trial, so the result is never worse than they on these folds.
    Being the best of many tries, its out-of-fold score flatters a little. Raises FenzhenError
    without ``search`` settings.
    """
    if config.search is None:
        raise FenzhenError("配置里没有 search 一项，无从检索")
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    taxonomy = load_taxonomy(config.taxonomy)
    clues = [c for c in read_labelled(data_files(config.data), taxonomy) if c.split == "train"]
    study = _study(config, clues)
    budget = config.search.minutes * 60 - _spent(study)
    done = len(_finished(study))
    trials = None if config.search.trials is None else config.search.trials - done
    if not done or (budget > 0 and (trials is None or trials > 0)):
        tell(f"检索参数：已试 {done} 组，还用 {max(budget, 0) / 60:.1f} 分钟")

        def objective(trial: "Trial") -> float:
            score = _score(_suggest(config, trial), clues)
            tell(f"  第 {trial.number + 1} 组：宏 F1 均值 {score:.4f}")
            return score

        study.optimize(objective, timeout=budget, n_trials=trials)
    best = study.best_trial
    tell(f"最好的是第 {best.number + 1} 组：{best.value:.4f}，{best.params}")
    return config.model_copy(update=best.params)


def _study(config: TrainingConfig, clues: list[LabelledClue]) -> "Study":
    """The study of these data and settings; what is searched for is no part of its name."""
    import optuna

    STORE.parent.mkdir(parents=True, exist_ok=True)
    varied = {"word_weight", "regularisation", "minimum_documents", "search", "output"}
    settings = config.model_dump(mode="json", exclude=varied)
    name = hashlib.sha256(json_bytes([settings, data_fingerprint(clues)["sha256"]])).hexdigest()
    study = optuna.create_study(
        storage=f"sqlite:///{STORE}",
        study_name=name[:16],
        load_if_exists=True,
        direction="maximize",
        sampler=optuna.samplers.TPESampler(seed=config.seed),
    )
    if not _finished(study):
        study.enqueue_trial(
            {
                "word_weight": config.word_weight,
                "regularisation": config.regularisation,
                "minimum_documents": config.minimum_documents,
            }
        )
    return study


def _suggest(config: TrainingConfig, trial: "Trial") -> TrainingConfig:
    chosen: dict[str, Any] = {
        "word_weight": trial.suggest_float("word_weight", 0.0, 2.0),
        "regularisation": trial.suggest_float("regularisation", 0.05, 5.0, log=True),
        "minimum_documents": trial.suggest_int("minimum_documents", 1, 4),
    }
    return config.model_copy(update=chosen)


def _score(config: TrainingConfig, clues: list[LabelledClue]) -> float:
    """Mean over the heads of macro-F1, every clue judged by a model that has not seen it."""
    taxonomy, signals = load_taxonomy(config.taxonomy), load_signals(config.signals)
    dataset = build_dataset(clues, taxonomy, signals, config)
    scores = score_out_of_fold(dataset, config, lambda _: None)
    heads = evaluate_out_of_fold(scores, dataset, config).heads.values()
    found = [f1_score(o.truth, o.chosen, average="macro", zero_division=0) for o in heads]
    return float(sum(found) / len(found))


def _finished(study: "Study") -> list["FrozenTrial"]:
    """Trials that came to an end; one that was broken off is tried again some day."""
    from optuna.trial import TrialState

    return study.get_trials(states=(TrialState.COMPLETE,))


def _spent(study: "Study") -> float:
    """Seconds that finished trials have taken."""
    return sum(trial.duration.total_seconds() for trial in _finished(study) if trial.duration)
