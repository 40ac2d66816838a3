"""A request that asks for HTTP/2 is answered in HTTP/1.1, with its body."""

import pytest

from serving.protocol import without_h2c

JAVA = (
    b"POST /v1/classify HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nContent-Length: 2\r\n"
    b"Host: 127.0.0.1\r\nHTTP2-Settings: AAEAAEAA\r\nUpgrade: h2c\r\n\r\n{}"
)


def test_the_wish_for_http_2_is_passed_over() -> None:
    assert b"\r\nUpgrade: h2c" not in without_h2c(JAVA)
    assert without_h2c(JAVA).endswith(b"\r\n\r\n{}")


@pytest.mark.parametrize(
    "data",
    [
        JAVA.replace(b"h2c", b"websocket"),
        b"POST / HTTP/1.1\r\n\r\nUpgrade: h2c\r\n",
        b"GET /h2c HTTP/1.1\r\nHost: h2c\r\n\r\n",
        b"",
    ],
)
def test_everything_else_is_left_as_it_is(data: bytes) -> None:
    assert without_h2c(data) == data
