"""How the service bears use: at half load, in batches, beside them, and over very many requests.

``python -m benchmarks.endurance --bundle var/bundle --requests 100000``
"""

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.contenders import ours
from benchmarks.peer import load_rows, usual_texts
from benchmarks.running import Running, megabytes, running
from benchmarks.services import load
from tests.databases import migrated, postgresql_server

_CLIENTS = 8
_STEPS = 10
_BATCH = 500
_SHORT = 120


def at_half_load(process: Running, bodies: list[dict[str, str]]) -> str:
    """The most that eight clients get answered, and the times when half of it is asked."""
    load(process.port, "/classify", bodies, 1, 100)
    most = load(process.port, "/classify", bodies, _CLIENTS, 2000)["per_second"]
    half = load(process.port, "/classify", bodies, 4 * _CLIENTS, 2000, most / 2)
    if half["refused"]:
        raise SystemExit(f"{half['refused']:.1%} of the requests at half load were refused")
    return f"{most:.0f} | {half['p50_ms']:.1f} | {half['p95_ms']:.1f} | {half['p99_ms']:.1f}"


def batch_rate(process: Running, bodies: list[dict[str, str]]) -> float:
    """Clues per second of ``/classify/batch``; the best of three batches."""
    clues = [bodies[number % len(bodies)] for number in range(_BATCH)]
    content = json.dumps({"clues": clues})
    rates = []
    for _ in range(3):
        connection = HTTPConnection("127.0.0.1", process.port, timeout=600)
        started = time.perf_counter()
        connection.request("POST", "/classify/batch", content, {"Content-Type": "application/json"})
        response = connection.getresponse()
        answers = json.loads(response.read())["results"]
        rates.append(_BATCH / (time.perf_counter() - started))
        assert response.status == 200 and len(answers) == _BATCH
    return max(rates)


def beside_a_batch(process: Running, bodies: list[dict[str, str]]) -> str:
    """Single clues of 120 characters, one after another: alone, and while batches are read."""
    short = [{"text": body["text"][:_SHORT]} for body in bodies]
    load(process.port, "/classify", short, 1, 100)
    alone = load(process.port, "/classify", short, 1, 300)
    with ThreadPoolExecutor(1) as pool:
        batches = pool.submit(batch_rate, process, bodies)
        time.sleep(1)
        beside = load(process.port, "/classify", short, 1, 300)
        if batches.done():
            raise SystemExit("the batches ended before the single clues did")
        batches.result()
    figures = (each[name] for each in (alone, beside) for name in ("p50_ms", "p95_ms", "p99_ms"))
    return " | ".join(f"{figure:.1f}" for figure in figures)


def memory_over(process: Running, bodies: list[dict[str, str]], total: int) -> Iterator[str]:
    """Resident memory after every tenth part of ``total`` requests."""
    for step in range(1, _STEPS + 1):
        load(process.port, "/classify", bodies, _CLIENTS, total // _STEPS)
        yield f"| {step * total // _STEPS:,} | {megabytes(process.root, 'VmRSS'):.0f} |"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bundle", type=Path, default=Path("var/bundle"))
    parser.add_argument("--requests", type=int, default=100_000, help="0: memory is not measured")
    arguments = parser.parse_args()
    bodies = [{"text": text} for text in usual_texts(load_rows(Path("datasets/clues")))]
    print(f"开始前一分钟平均负载 {os.getloadavg()[0]:.2f}\n", flush=True)
    print("| 数据库 | 8 个客户端 请求/秒 | 半载 p50 毫秒 | p95 | p99 | 成批 条/秒 |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |", flush=True)
    with tempfile.TemporaryDirectory() as folder, postgresql_server() as postgresql:
        migrated(postgresql).close()
        urls = {"SQLite": f"sqlite:///{folder}/fenzhen.db", "PostgreSQL": postgresql}
        for name, url in urls.items():
            with running(ours(arguments.bundle, url, Path(folder) / name)) as process:
                half = at_half_load(process, bodies)
                print(f"| {name} | {half} | {batch_rate(process, bodies):.0f} |", flush=True)
        head = "| 120 字一件 | p50 | p95 | p99 | 同时有成批在读 p50 | p95 | p99 |"
        print(f"\n{head}\n| --- |{' ---: |' * 6}", flush=True)
        with running(ours(arguments.bundle, urls["SQLite"], Path(folder) / "SQLite")) as process:
            print(f"| SQLite | {beside_a_batch(process, bodies)} |", flush=True)
        if not arguments.requests:
            return
        print("\n| 请求 | 常驻内存 MB（SQLite） |\n| ---: | ---: |", flush=True)
        with running(ours(arguments.bundle, urls["SQLite"], Path(folder) / "SQLite")) as process:
            for line in memory_over(process, bodies, arguments.requests):
                print(line, flush=True)


if __name__ == "__main__":
    main()
