"""Figures for Prometheus: requests, answers, confidence, queues, models. No ids, no texts."""

import os
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Histogram, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from model.triage import Triage
from serving.shared_counters import FOLDER

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
_SHARES = tuple(number / 20 for number in range(1, 21))


class _Figure(Collector):
    """A gauge that is asked for its value; the library's own has no such thing across processes."""

    def __init__(self, name: str, what: str, value: Callable[[], float]) -> None:
        self._name, self._what, self._value = name, what, value

    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily(self._name, self._what, value=self._value())


class Metrics:
    """One registry per application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        several = FOLDER in os.environ
        self._gauges = CollectorRegistry() if several else self.registry
        self._requests = Counter(
            "fenzhen_requests", "答复的请求", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "fenzhen_request_seconds", "从收到到答复的秒数", ("route",), buckets=_SECONDS,
            registry=self.registry,
        )  # fmt: skip
        self._confidence = Histogram(
            "fenzhen_confidence", "各项判断的把握", ("head",), buckets=_SHARES,
            registry=self.registry,
        )  # fmt: skip
        self._labels = Counter(
            "fenzhen_triages", "各标签的判断次数", ("head", "code"), registry=self.registry
        )
        self._abstained = Counter(
            "fenzhen_needs_review", "须人工复核的次数", ("reason",), registry=self.registry
        )

    def gauge(self, name: str, what: str, value: Callable[[], float]) -> None:
        """A figure that is asked for when it is read."""
        self._gauges.register(_Figure(name, what, value))

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def triage(self, triage: Triage) -> None:
        """Count one answer of the champion."""
        for head in ("module", "urgency", "function"):
            prediction = getattr(triage, head)
            self._confidence.labels(head).observe(prediction.confidence)
            self._labels.labels(head, prediction.code).inc()
        for reason in triage.reasons:
            self._abstained.labels(reason).inc()

    def text(self) -> bytes:
        """All workers' counters together; the gauges are this worker's."""
        if FOLDER not in os.environ:
            return generate_latest(self.registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together) + generate_latest(self._gauges)
