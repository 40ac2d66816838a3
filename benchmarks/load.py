"""A bounded load on a service of this machine: ``python -m benchmarks.load PORT PATH CLIENTS N``.

Request bodies come on standard input, one a line, and are sent in turn; the figures go to standard
output as JSON. Any answer but 200 ends the run with an error.
"""

import json
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection


class UnexpectedStatusError(Exception):
    """The service answered something else than 200: its rate would be worth nothing."""


def _client(port: int, path: str, bodies: list[bytes]) -> list[float]:
    """Seconds of each request, sent one after another on one connection that is kept alive."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    seconds = []
    for body in bodies:
        started = time.perf_counter()
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise UnexpectedStatusError(response.status)
        seconds.append(time.perf_counter() - started)
    connection.close()
    return seconds


def main() -> None:
    """Send N requests shared among CLIENTS connections."""
    port, path, clients, total = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    given = sys.stdin.buffer.read().splitlines()
    bodies = [given[number % len(given)] for number in range(total)]
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        running = [
            pool.submit(_client, port, path, bodies[first::clients]) for first in range(clients)
        ]
        ranked = sorted(second for client in running for second in client.result())
    elapsed = time.perf_counter() - started
    figures = {
        "per_second": total / elapsed,
        "p50_ms": 1000 * ranked[total // 2],
        "p99_ms": 1000 * ranked[int(total * 0.99)],
        "own_cpu_ms": 1000 * time.process_time() / total,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
