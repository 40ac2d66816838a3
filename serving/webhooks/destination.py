"""Where the service may send anything at all: only to hosts that the settings name."""

from urllib.parse import urlsplit

from model.errors import FenzhenError
from serving.settings import Settings


class ForbiddenDestinationError(FenzhenError):
    """An address that the settings do not allow."""

    code = "forbidden_destination"
    title = "Forbidden destination"


def check_url(url: str, settings: Settings) -> None:
    """Raises ForbiddenDestinationError unless the host is named, without user or password, and
    over TLS in production."""
    try:
        parts = urlsplit(url)
        host, named = parts.hostname, parts.username or parts.password
        _ = parts.port  # says whether it is a number
    except ValueError:
        host, named = None, None
    if host is None or named or parts.scheme not in ("http", "https"):
        raise ForbiddenDestinationError("地址应为 http(s)://主机/路径，不含用户名和密码")
    if host not in settings.webhook_hosts:
        raise ForbiddenDestinationError(
            f"主机 {host} 不在 FENZHEN_WEBHOOK_HOSTS 中，请先在设置中写明"
        )
    if settings.production and parts.scheme != "https":
        raise ForbiddenDestinationError("生产模式只向 https 地址发送通知")
