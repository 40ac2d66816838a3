"""A load on a service of this machine: ``python -m benchmarks.load PORT PATH CLIENTS N [RATE]``.

Request bodies come on standard input, one a line, and are sent in turn; the figures go to standard
output as JSON. Without RATE each client sends as soon as it has its answer. With it requests are
due at fixed moments, RATE a second in all, and their time counts from when they were due: a service
that lags behind is not spared (Tene, *How NOT to Measure Latency*, 2013: coordinated omission).
A 503 is a service's right, yet no answer: it is counted apart. Anything else ends the run.
"""

import json
import math
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection


class UnexpectedStatusError(Exception):
    """The service answered neither 200 nor 503: its rate would be worth nothing."""


def _client(port: int, path: str, bodies: list[bytes], first: float, step: float) -> list[float]:
    """Seconds of each answered request, sent one after another on one connection that is kept
    alive; the first is due at ``first``, the others ``step`` seconds apart."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    seconds = []
    for number, body in enumerate(bodies):
        due = first + number * step if step else time.perf_counter()
        time.sleep(max(0.0, due - time.perf_counter()))
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        if response.status == 200:
            seconds.append(time.perf_counter() - due)
        elif response.status != 503:
            raise UnexpectedStatusError(response.status)
    connection.close()
    return seconds


def main() -> None:
    """Send N requests shared among CLIENTS connections."""
    port, path, clients, total = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    rate = float(sys.argv[5]) if len(sys.argv) > 5 else math.inf
    given = sys.stdin.buffer.read().splitlines()
    bodies = [given[number % len(given)] for number in range(total)]
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        running = [
            pool.submit(
                _client, port, path, bodies[first::clients], started + first / rate, clients / rate
            )
            for first in range(clients)
        ]
        ranked = sorted(second for client in running for second in client.result())
    elapsed = time.perf_counter() - started
    answered = len(ranked)
    if not answered:
        raise UnexpectedStatusError(503)
    figures = {
        "per_second": answered / elapsed,
        "refused": 1 - answered / total,
        "p50_ms": 1000 * ranked[answered // 2],
        "p95_ms": 1000 * ranked[int(answered * 0.95)],
        "p99_ms": 1000 * ranked[int(answered * 0.99)],
        "own_cpu_ms": 1000 * time.process_time() / total,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
