"""The transformer on a plain CPU: ONNX Runtime, no torch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.reader import Runtime
from model.token_windows import ReadingPlan, TokenisedText, TokenWindow, WindowCutter


@dataclass(frozen=True, slots=True)
class TokenStates:
    """What the encoder makes of one text: ``states`` (t, hidden) of the tokens of all its windows,
    the spans ``starts``, ``ends`` (t,) they cover, and the known share of its characters."""

    states: NDArray[np.float32]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    known: float

    @property
    def pooled(self) -> NDArray[np.float32]:
        """The mean state, shape (hidden,)."""
        return np.asarray(self.states.mean(axis=0))


class OnnxEncoder:
    """An encoder loaded from a bundle's bytes; safe to share between threads.

    Raises whatever ONNX Runtime or the tokenizer raise for bytes they cannot read.
    """

    def __init__(
        self, network: bytes, tokenizer: bytes, plan: ReadingPlan, runtime: Runtime
    ) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = runtime.threads
        options.inter_op_num_threads = 1
        # Waiting threads must not burn the cores that other requests need.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            network, options, providers=["CPUExecutionProvider"]
        )
        self._cutter = WindowCutter(Tokenizer.from_buffer(tokenizer), plan)
        self._runtime = runtime
        self.network, self.tokenizer = network, tokenizer

    @property
    def plan(self) -> ReadingPlan:
        return self._cutter.plan

    def encode(self, texts: Sequence[str]) -> list[TokenStates]:
        """States of every text, in order."""
        cut = self._cutter.cut(texts)
        windows = [window for text in cut for window in text.windows]
        states: list[NDArray[np.float32]] = [np.empty(0, np.float32)] * len(windows)
        sizes = [window.ids.size for window in windows]
        for rows in length_buckets(sizes, self._runtime.batch, self._runtime.bucket):
            for row, found in zip(rows, self._run([windows[i] for i in rows]), strict=True):
                states[row] = found
        parts = iter(states)
        return [_joined(text, [next(parts) for _ in text.windows]) for text in cut]

    def _run(self, windows: Sequence[TokenWindow]) -> list[NDArray[np.float32]]:
        longest = max(window.ids.size for window in windows)
        ids = np.zeros((len(windows), longest), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, window in enumerate(windows):
            ids[row, : window.ids.size] = window.ids
            mask[row, : window.ids.size] = 1
        (states,) = self._session.run(["states"], {"input_ids": ids, "attention_mask": mask})
        return [states[row, : window.ids.size] for row, window in enumerate(windows)]


def length_buckets(sizes: Sequence[int], batch: int, bucket: int) -> Iterator[list[int]]:
    """Every place of ``sizes`` once, shortest first, in groups of at most ``batch`` whose sizes
    differ by at most ``bucket``."""
    group: list[int] = []
    for place in sorted(range(len(sizes)), key=sizes.__getitem__):
        if group and (len(group) == batch or sizes[place] - sizes[group[0]] > bucket):
            yield group
            group = []
        group.append(place)
    if group:
        yield group


def _joined(text: TokenisedText, states: Sequence[NDArray[np.float32]]) -> TokenStates:
    return TokenStates(
        np.concatenate(states),
        np.concatenate([window.starts for window in text.windows]),
        np.concatenate([window.ends for window in text.windows]),
        text.known,
    )
