"""Who sends a request: a system by its key, or whoever sits at a machine in development mode."""

import asyncio
from typing import Annotated

from fastapi import Depends, Request

from serving.access.errors import NotAuthenticated
from serving.access.policy import Action, Principal, require
from serving.service import Service

LOCAL = Principal("local:developer", frozenset(Action))
"""Whoever sits at this machine while it is in development mode: no key, every right."""

_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


def principal_of(request: Request) -> Principal:
    """Raises NotAuthenticated."""
    service = service_of(request)
    given = request.headers.get("authorization")
    if given is not None:
        scheme, _, token = given.partition(" ")
        if scheme.lower() != "bearer":
            raise NotAuthenticated("请写作 Authorization: Bearer <接口密钥>")
        return service.door.principal(token.strip())
    if not service.settings.production and _is_local(request):
        return LOCAL
    raise NotAuthenticated("请在请求头写明 Authorization: Bearer <接口密钥>；密钥向管理员申请")


def _is_local(request: Request) -> bool:
    """From this machine and addressed to it by its own name: a page that a browser was lured to
    comes under another (DNS rebinding)."""
    client = request.client.host if request.client else ""
    return client in _LOOPBACK and request.url.hostname in _LOOPBACK


async def may_submit(request: Request) -> Principal:
    """Whoever may send clues. Raises NotAuthenticated, Forbidden, StorageUnavailableError.

    A key may have to be looked up in a database that hangs; others must not wait for that.
    """
    principal = await asyncio.to_thread(principal_of, request)
    require(principal, Action.CLASSIFY)
    return principal


ServiceDep = Annotated[Service, Depends(service_of)]
PrincipalDep = Annotated[Principal, Depends(principal_of)]
