"""What a service must not do without where real people's clues come in."""

from collections.abc import Iterator

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from model.errors import FenzhenError
from serving.keys import DEVELOPMENT_KEY
from serving.settings import Settings

_KNOWN_PASSWORDS = frozenset(
    {"", "postgres", "password", "passw0rd", "fenzhen", "admin", "root", "changeme", "secret",
     "test", "123456", "12345678"}
)  # fmt: skip


class UnsafeSettingsError(FenzhenError):
    """Settings with which a service must not start in production."""

    code = "unsafe_settings"
    title = "Unsafe settings"


def check_settings(settings: Settings) -> None:
    """Raises UnsafeSettingsError with everything that is missing; in development nothing is."""
    if not settings.production:
        return
    wrong = [*_about_keys(settings), *_about_transport(settings), *_about_database(settings)]
    if wrong:
        raise UnsafeSettingsError("生产模式不能这样启动：" + "；".join(wrong))


def _about_keys(settings: Settings) -> Iterator[str]:
    if settings.key is None and settings.key_file is None:
        yield "没有加密密钥，请设置 FENZHEN_KEY_FILE（或 FENZHEN_KEY）"
    elif settings.key_file is not None and settings.key_file.name == DEVELOPMENT_KEY:
        yield "密钥文件是开发模式自动生成的，请用 fenzhen key new 另行生成"


def _about_transport(settings: Settings) -> Iterator[str]:
    own = settings.tls_certificate is not None and settings.tls_key is not None
    if not own and not settings.behind_tls_proxy:
        yield (
            "没有加密传输，请设置 FENZHEN_TLS_CERTIFICATE 与 FENZHEN_TLS_KEY，"
            "或在已有终结 TLS 的代理时设置 FENZHEN_BEHIND_TLS_PROXY=true"
        )


def _about_database(settings: Settings) -> Iterator[str]:
    try:
        url = make_url(settings.database_url)
    except ArgumentError:
        return  # told when the database is opened
    over_network = url.get_backend_name() == "postgresql" and url.host is not None
    if over_network and (url.password or "") in _KNOWN_PASSWORDS:
        yield "数据库密码为空或是人人知道的默认值，请在数据库中更换"
