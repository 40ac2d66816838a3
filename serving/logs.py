"""How the log looks: lines for people in development, JSON for machines in production.

Nothing here or elsewhere logs a text, a name or a secret; ``quiet_log`` says how errors are told.
"""

from typing import Any

from serving.request_id import current_request


def log_configuration(production: bool) -> dict[str, Any]:
    """For ``logging.config``; structlog renders what the standard library's loggers are told."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": _json_lines if production else _plain_lines}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "loggers": {
            "fenzhen": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
            "uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        },
    }


def _json_lines() -> Any:
    import structlog

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_common(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )


def _plain_lines() -> Any:
    import structlog

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_common(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0),
        ],
    )


def _common() -> list[Any]:
    import structlog

    return [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_request,
        _one_line,
    ]


def _add_request(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    if (name := current_request.get()) != "":
        event["request_id"] = name
    return event


def _one_line(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    """No message may pass for another line, whatever got into it."""
    event["event"] = "".join(
        character if character.isprintable() else "\ufffd" for character in str(event["event"])
    )
    event.pop("exc_info", None)  # a traceback may quote values
    return event
