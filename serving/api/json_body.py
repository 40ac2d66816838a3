"""The body of a request as a dependency: whoever sends it is known first, and it has limits."""

from typing import Any

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from serving.api.access import PrincipalDep, ServiceDep
from serving.body import parse_json, read_body


def body_of(model: type[BaseModel]) -> Any:
    """A dependency that reads JSON into ``model``.

    FastAPI by itself reads a declared body to its end before it asks who sends it.
    """

    async def read(request: Request, service: ServiceDep, _: PrincipalDep) -> BaseModel:
        settings = service.settings
        body = await read_body(request, settings.max_body_bytes, settings.body_seconds)
        try:
            return model.model_validate(parse_json(body))
        except ValidationError as error:
            found = error.errors(include_url=False, include_input=False)
            raise RequestValidationError(
                [{**item, "loc": ("body", *item["loc"])} for item in found]
            ) from None

    return Depends(read)
