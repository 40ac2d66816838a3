"""Who sends a request."""

from typing import Annotated

from fastapi import Depends, Request

from serving.problems import RefusedError
from serving.service import Service
from serving.viewer import Action, Viewer, require


class LocalDeveloper:
    """Whoever sits at this machine while it is in development mode: no key, every right."""

    name = "local:developer"
    handles_protected = True

    def may(self, action: Action) -> bool:
        return True


LOCAL = LocalDeveloper()
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost", "testclient"})


def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def viewer_of(request: Request) -> Viewer:
    """Raises RefusedError (unauthenticated)."""
    settings = service_of(request).settings
    client = request.client.host if request.client else ""
    if "authorization" not in request.headers and not settings.production and client in LOOPBACK:
        return LOCAL
    raise RefusedError(
        "unauthenticated", "请在请求头写明 Authorization: Bearer <接口密钥>；密钥向管理员申请"
    )


def may_submit(request: Request) -> Viewer:
    """Whoever may send clues. Raises RefusedError, NotAllowedError."""
    viewer = viewer_of(request)
    require(viewer, Action.SUBMIT)
    return viewer


ServiceDep = Annotated[Service, Depends(service_of)]
ViewerDep = Annotated[Viewer, Depends(viewer_of)]
