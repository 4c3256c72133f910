"""The operations of the API as one table, from which requests are answered and OpenAPI is generated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.library.library import Library
from assistant.search.filters import Within
from assistant.web.api.parameters import Parameter

Json = Mapping[str, Any]
Answer = Callable[[Library, Mapping[str, Any]], Json]


@dataclass(frozen=True, slots=True)
class Operation:
    """The operation for a method and a path.

    `answer` takes the library and the parameters' values, and blocks. `schema` is the name of the response's schema in the contract. A
    parameter named in the path is read from it; the others from the query, for POST from a JSON body. `is_stable` is true if the same
    request gives the same answer as long as the library's version stays.
    """

    method: str
    path: str
    summary: str
    schema: str
    answer: Answer
    parameters: tuple[Parameter, ...] = ()
    is_stable: bool = True


WITHIN = (
    Parameter("document", "Look only in this document, folder or glob.", many=True),
    Parameter("section", "Look only in sections whose title contains this text.", default=""),
    Parameter("kind", "Look only in passages of this kind.", many=True),
    Parameter("collection", "Look only in this collection.", default=""),
    Parameter("since", "Look only in files changed since a date (2026-01-31) or for a time (7d, 2w).", default=""),
)
COURSE = Parameter("course", "False leaves out what only authored knowledge says.", "boolean", default=True)


def within(values: Mapping[str, Any]) -> Within:
    """The limits of a search from the parameters of `WITHIN`."""
    return Within(values["document"], values["section"], values["kind"], values["collection"], values["since"])
