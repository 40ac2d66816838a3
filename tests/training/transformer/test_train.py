"""Training with a pretrained encoder, from labelled clues to a bundle that answers."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load, save

from model.bundle import read_bundle, write_bundle
from model.clue import Clue
from model.errors import FenzhenError, InvalidBundle, InvalidCheckpoint
from model.hybrid_reader import MIXTURE
from model.transformer_reader import HEADS, PLAN
from model.triager import Triager
from training.config import TrainingConfig
from training.run import TrainingOutcome, train

pytestmark = pytest.mark.slow

CLUE = Clue(text="孩子被锁在屋里三天没吃的，邻居都听见哭。")


def _tuned(config: TrainingConfig, **changes: object) -> TrainingConfig:
    transformer = config.transformer.model_copy(update={"mode": "fine_tuned", **changes})
    return config.model_copy(update={"encoder": "transformer", "transformer": transformer})


def _quietly(_: str) -> None: ...


def test_a_frozen_hybrid_answers_with_evidence_and_names_its_sources(
    hybrid: TrainingOutcome,
) -> None:
    triage = Triager.load(hybrid.bundle).triage(CLUE)
    assert triage.model.encoder == "hybrid"
    assert all(CLUE.text[e.start : e.end] == e.text for e in triage.evidence)
    sources = json.loads((hybrid.bundle / "transformer" / "sources.json").read_text("utf-8"))
    assert sources["base_model"] and sources["sources"][0]["licence"]
    assert hybrid.metrics["out_of_fold"]["module"]["accuracy"] > 0.3


def test_the_longest_text_allowed_is_read_and_its_evidence_points_into_it(
    hybrid: TrainingOutcome, datasets: Path
) -> None:
    lines = (datasets / "clues" / "public_interest.jsonl").read_text("utf-8").splitlines()
    text = "".join(json.loads(line)["text"] for line in lines)[:20_000]
    found = Triager.load(hybrid.bundle).triage(Clue(text=text))
    assert found.evidence
    assert all(text[e.start : e.end] == e.text for e in found.evidence)


def test_holds_nothing_executable(hybrid: TrainingOutcome) -> None:
    suffixes = {path.suffix for path in hybrid.bundle.rglob("*") if path.is_file()}
    assert suffixes <= {".json", ".jsonl", ".yaml", ".csv", ".safetensors", ".onnx"}


def test_the_same_seed_gives_the_same_bundle(tiny_config: TrainingConfig, tmp_path: Path) -> None:
    again = _tuned(tiny_config, cache=tmp_path / "other-cache")
    first = train(_tuned(tiny_config), _quietly)
    second = train(again.model_copy(update={"output": tmp_path / "again"}), _quietly)
    assert first.version == second.version


_KILLED = """
import sys
from training.config import TrainingConfig
from training.run import train
train(TrainingConfig.model_validate_json(sys.stdin.read()), lambda _: None)
"""


def test_a_killed_run_goes_on_from_its_last_epoch_to_the_same_weights(
    tiny_config: TrainingConfig, tmp_path: Path
) -> None:
    config = _tuned(tiny_config, epochs=4, patience=4)
    whole = train(config, _quietly)
    cache, output = tmp_path / "killed-cache", tmp_path / "killed"
    killed = _tuned(tiny_config, epochs=4, patience=4, cache=cache)
    killed = killed.model_copy(update={"output": output})
    process = subprocess.Popen(
        [sys.executable, "-c", _KILLED],
        stdin=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert process.stdin is not None
    process.stdin.write(killed.model_dump_json())
    process.stdin.close()
    while not list(cache.glob("fits/*.pt")) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert not output.exists()
    left = {path: path.stat().st_mtime_ns for path in cache.glob("fits/*.pt")}
    assert left
    resumed = train(killed, _quietly)
    for name in ("encoder.onnx", "heads.safetensors"):
        ours, theirs = (o.bundle / "transformer" / name for o in (whole, resumed))
        assert ours.read_bytes() == theirs.read_bytes()


def test_a_damaged_checkpoint_is_named(tiny_config: TrainingConfig) -> None:
    config = _tuned(tiny_config)

    def break_off(told: str) -> None:
        if told.startswith("第 2/2 折"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(config, break_off)
    checkpoint = sorted(config.transformer.cache.glob("fits/*.pt"))[0]
    checkpoint.write_bytes(checkpoint.read_bytes()[:1000])
    with pytest.raises(InvalidCheckpoint, match=r"断点.*已损坏，请删除"):
        train(config, _quietly)
    assert not config.output.exists()


def test_a_run_that_is_through_leaves_no_fits_and_the_states_of_its_own_texts_only(
    tiny_config: TrainingConfig, few_clues: Path, tmp_path: Path
) -> None:
    config, data = _tuned(tiny_config, epochs=1), tmp_path / "线索.jsonl"
    rows = few_clues.read_text("utf-8").splitlines()
    for day in range(3):
        data.write_text("\n".join(rows[day:]), "utf-8")
        train(config.model_copy(update={"data": (data,)}), _quietly)
        assert not list(config.transformer.cache.glob("fits/*"))
        left = sorted(file.suffix for file in config.transformer.cache.glob("activations/*"))
        assert left == [".npy", ".sha256"]


def test_a_corpus_that_lacks_a_module_never_proposes_it(
    tiny_config: TrainingConfig, few_clues: Path, tmp_path: Path
) -> None:
    rows = [row for row in few_clues.read_text("utf-8").splitlines() if "judicial_aid" not in row]
    data = tmp_path / "lacking.jsonl"
    data.write_text("\n".join(rows), "utf-8")
    config = _tuned(tiny_config).model_copy(update={"data": (data,), "encoder": "hybrid"})
    triager = Triager.load(train(config, _quietly).bundle)
    for line in few_clues.read_text("utf-8").splitlines()[::15]:
        found = triager.triage(Clue(text=json.loads(line)["text"]))
        assert found.module.code != "judicial_aid"


def test_fewer_layers_are_kept_where_the_settings_say_so(tiny_config: TrainingConfig) -> None:
    short = tiny_config.transformer.model_copy(update={"layers": 1})
    bundle = train(tiny_config.model_copy(update={"transformer": short}), _quietly).bundle
    network = (bundle / "transformer" / "encoder.onnx").read_bytes()
    assert b"layer.0/" in network and b"layer.1/" not in network


def test_more_layers_than_there_are_is_a_clear_error(tiny_config: TrainingConfig) -> None:
    deep = tiny_config.transformer.model_copy(update={"layers": 99})
    with pytest.raises(InvalidCheckpoint, match="只有 3 层"):
        train(tiny_config.model_copy(update={"transformer": deep}), _quietly)


@pytest.mark.parametrize("name", ["encoder.onnx", "tokenizer.json", "heads.safetensors"])
def test_a_file_that_cannot_be_read_is_refused(
    name: str, hybrid: TrainingOutcome, tmp_path: Path
) -> None:
    """Under a manifest that vouches for it: whoever wrote the bundle wrote it so."""
    files = dict(read_bundle(hybrid.bundle).files)
    half = files[f"transformer/{name}"][:100]
    write_bundle(tmp_path / "broken", files | {f"transformer/{name}": half})
    with pytest.raises(InvalidBundle, match="请重新训练"):
        Triager.load(tmp_path / "broken")


@pytest.mark.parametrize(
    ("name", "spoil", "told"),
    [
        ("weights", lambda found: found * np.float32("nan"), "weights 含有无穷或非数"),
        ("weights", lambda found: found[:, :-1], "weights 的形状"),
        ("weights", lambda found: found[:-1], "weights 的形状"),
        ("centre", lambda found: found[:-1], "centre 的形状"),
    ],
)
def test_heads_that_do_not_fit_the_network_are_refused(
    name: str,
    spoil: Callable[[NDArray[np.float32]], NDArray[np.float32]],
    told: str,
    hybrid: TrainingOutcome,
    tmp_path: Path,
) -> None:
    files = dict(read_bundle(hybrid.bundle).files)
    tensors = load(files[HEADS])
    tensors[name] = np.ascontiguousarray(spoil(tensors[name]))
    write_bundle(tmp_path / "broken", files | {HEADS: save(tensors)})
    with pytest.raises(InvalidBundle, match=told):
        Triager.load(tmp_path / "broken")


@pytest.mark.parametrize(
    ("name", "key", "value", "told"),
    [
        (MIXTURE, "module", float("nan"), "module 含有无穷或非数"),
        (PLAN, "window", 5000, "window 应为 1–512 的整数"),
        (PLAN, "windows", 0, "windows 应为 1–16 的整数"),
        (PLAN, "window", 9, "内容不符合本版本"),
    ],
)
def test_a_setting_that_could_not_be_served_is_refused(
    name: str, key: str, value: float, told: str, hybrid: TrainingOutcome, tmp_path: Path
) -> None:
    files = dict(read_bundle(hybrid.bundle).files)
    changed = json.dumps(json.loads(files[name]) | {key: value}).encode()
    write_bundle(tmp_path / "broken", files | {name: changed})
    with pytest.raises(InvalidBundle, match=told):
        Triager.load(tmp_path / "broken")


_LIGHT = """
import sys
from pathlib import Path
from model.bundle import read_bundle, write_bundle
from model.clue import Clue
from model.triager import Triager
Triager.load(Path(sys.argv[1])).triage(Clue(text="厂子半夜排黑水，河里鱼都死了"))
print(*sorted({"torch", "transformers", "sklearn", "onnx"} & set(sys.modules)))
"""


def test_reading_needs_neither_torch_nor_transformers(hybrid: TrainingOutcome) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _LIGHT, str(hybrid.bundle)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.split() == []


def test_without_room_on_the_disk_nothing_is_left_half_made(
    tiny_config: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """/dev/full is a device that is always full; every file written becomes it."""
    original = Path.write_bytes

    def full(self: Path, content: bytes) -> int:
        whole = Path("/dev/full") if "embeddings" in str(self) else self
        return original(whole, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(FenzhenError, match="磁盘已满，请腾出空间"):
        train(tiny_config, _quietly)
    assert not tiny_config.output.exists()


def test_where_int8_says_something_else_fp32_is_served(
    tiny_config: TrainingConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    import onnx

    from training.transformer import export

    to_8_bit = export.to_8_bit

    def coarse(network: bytes) -> bytes:
        graph = onnx.load_from_string(network)
        for weights in graph.graph.initializer:
            values = onnx.numpy_helper.to_array(weights)
            if values.ndim == 2:
                weights.CopyFrom(onnx.numpy_helper.from_array(-values, weights.name))
        return to_8_bit(graph.SerializeToString())

    monkeypatch.setattr(export, "to_8_bit", coarse)
    outcome = train(_tuned(tiny_config), _quietly)
    card = json.loads((outcome.bundle / "card.json").read_text("utf-8"))
    assert card["transformer"]["arithmetic"] == "fp32"
    assert Triager.load(outcome.bundle).triage(CLUE).model.encoder == "transformer"


def test_int8_that_says_something_else_is_refused() -> None:
    from model.transformer_reader import MeanStateHeads
    from training.transformer.export import Exported, ExportRefusedError

    exact = np.random.default_rng(0).normal(size=(300, 8)).astype(np.float32)
    with pytest.raises(ExportRefusedError, match="没有写模型包"):
        Exported(None, exact, -exact).check(_heads(MeanStateHeads))  # type: ignore[arg-type]
    turned = exact + np.float32(0.07) * np.roll(exact, 1, axis=1)
    with pytest.raises(ExportRefusedError, match="标签改变"):
        Exported(None, exact, turned).check(_heads(MeanStateHeads))  # type: ignore[arg-type]


def _heads(cls):  # type: ignore[no-untyped-def]
    from model.heads import Labels

    codes = ("a", "b", "c")
    labels = Labels(codes, codes, codes, codes, np.ones((3, 3), dtype=bool))
    weights = np.random.default_rng(1).normal(size=(8, 12)).astype(np.float32)
    return cls(weights, np.zeros(12, np.float32), np.zeros(8, np.float32), labels)
