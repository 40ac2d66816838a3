"""Why a database refused, in words for staff, whichever driver said so."""

LOCKED = "数据库正被占用"
DAMAGED = "数据库文件已损坏"

_CAUSES = (
    (("database is locked", "LockNotAvailable"), LOCKED),
    (("disk is full", "No space left", "File too large", "Disk quota"), "磁盘已满"),
    (("readonly database", "Permission denied", "Read-only file"), "没有写入权限"),
    (("not a database", "malformed"), DAMAGED),
    (("unable to open database file",), "打不开数据库文件"),
    (("refused", "timed out", "Timeout", "resolve", "Max retries", "unreachable"), "连接不上"),
)


def database_cause(error: Exception) -> str:
    """A few words, without the addresses, passwords or texts that an error may quote."""
    return known_cause(error) or f"出错（{error_name(error)}）"


def known_cause(error: Exception) -> str | None:
    """What is the matter with the database, if the error says it."""
    told = f"{type(error).__name__} {error} {error.__cause__}"
    return next((said for signs, said in _CAUSES if any(sign in told for sign in signs)), None)


def error_name(error: Exception) -> str:
    """MLflow's code of the error, else its class."""
    return str(getattr(error, "error_code", type(error).__name__))
