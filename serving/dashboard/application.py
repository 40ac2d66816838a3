"""The dashboard as an ASGI application: the gate, the door, the pages."""

from fastapi import FastAPI
from nicegui import core, ui
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

from serving.access.policy import Action
from serving.dashboard import assets, door
from serving.dashboard.desk import Desk
from serving.dashboard.gate import Gate, try_again
from serving.dashboard.pages.audit import audit_page
from serving.dashboard.pages.clue import clue_page
from serving.dashboard.pages.confidence import confidence_page
from serving.dashboard.pages.operation import operation_page
from serving.dashboard.pages.page import add_page
from serving.dashboard.pages.queue import queue_page
from serving.dashboard.pages.report import report_page
from serving.dashboard.report import routes as report_files
from serving.dashboard.telling import defect, failed_state
from serving.storage.database import StorageUnavailableError


def create_dashboard(desk: Desk, *, secure_cookie: bool = False) -> FastAPI:
    """One application a process: NiceGUI keeps its pages in the process."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.exception_handler(StorageUnavailableError)(lambda request, error: try_again(error))
    app.router.routes += [
        *door.routes(desk, secure_cookie),
        *report_files.routes(desk),
        Route("/healthz", lambda request: PlainTextResponse("ok")),
    ]
    app.mount("/assets", StaticFiles(directory=assets.FOLDER))
    _add_pages(desk)
    _keep_quiet()
    ui.run_with(
        app, title="分诊", language="zh-CN", dark=None, tailwind=False,
        favicon=assets.FOLDER / "favicon.svg", show_welcome_message=False,
        binding_refresh_interval=None, reconnect_timeout=10.0,
    )  # fmt: skip
    app.add_middleware(Gate, desk=desk)
    return app


def _add_pages(desk: Desk) -> None:
    add_page(desk, "/", "待办", Action.READ_CLUES, queue_page)
    add_page(desk, "/confidence", "置信度", Action.READ_STATS, confidence_page)
    add_page(desk, "/operation", "运行", Action.READ_STATS, operation_page)
    add_page(desk, "/report", "报表", Action.MAKE_REPORT, report_page)
    add_page(desk, "/audit", "审计", Action.READ_AUDIT, audit_page)
    add_page(desk, "/clue/{clue_id}", "线索", Action.READ_CLUES, clue_page)


def _keep_quiet() -> None:
    """NiceGUI logs exceptions with their messages, which may quote a clue; we log where only."""
    core.app._exception_handlers[:] = [lambda error: defect(error) and None]
    core.app.on_page_exception(failed_state)
