"""HTTP as uvicorn speaks it, and to clients that first ask for HTTP/2.

Java's own client sends ``Upgrade: h2c`` with its first request. A server may ignore that (RFC 9110
§7.8) and answer in HTTP/1.1; uvicorn's parser stops at it instead and the body is lost.
"""

import re

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_H2C = re.compile(rb"(?im)^upgrade(?=:[ \t]*h2c[ \t]*\r?$)")


class Protocol(HttpToolsProtocol):
    """Never switches to HTTP/2."""

    def data_received(self, data: bytes) -> None:
        beginning = self.cycle is None or self.cycle.response_complete
        super().data_received(without_h2c(data) if beginning else data)


def without_h2c(data: bytes) -> bytes:
    """The start of a request with the wish for HTTP/2 made a header that means nothing."""
    head, separator, body = data.partition(b"\r\n\r\n")
    if b"h2c" not in head:
        return data
    return _H2C.sub(b"x-ignored-upgrade", head) + separator + body
