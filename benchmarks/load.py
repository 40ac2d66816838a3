"""A bounded load on a service of this machine: ``python -m benchmarks.load PORT PATH CLIENTS N``.

The request body comes on standard input; the figures go to standard output as JSON.
"""

import json
import socket
import sys
import threading
import time
from http.client import HTTPConnection


def _client(port: int, path: str, body: bytes, count: int, seconds: list[float]) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for _ in range(count):
        started = time.perf_counter()
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise SystemExit(f"status {response.status}")
        seconds.append(time.perf_counter() - started)
    connection.close()


def main() -> None:
    """Send N requests shared among CLIENTS connections that are kept alive."""
    port, path, clients, total = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    body = sys.stdin.buffer.read()
    seconds: list[float] = []
    threads = [
        threading.Thread(target=_client, args=(port, path, body, total // clients, seconds))
        for _ in range(clients)
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - started
    ranked = sorted(seconds)
    print(
        json.dumps(
            {
                "per_second": len(ranked) / elapsed,
                "p50_ms": 1000 * ranked[len(ranked) // 2],
                "p99_ms": 1000 * ranked[int(len(ranked) * 0.99)],
            }
        )
    )


if __name__ == "__main__":
    main()
