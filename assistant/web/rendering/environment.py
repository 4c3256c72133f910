"""The template environment."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assistant.web.rendering import links
from assistant.web.rendering.text import formula, rich, safe, said
from assistant.wording.counts import amount, counted, lasting, run_said
from graph.queries.why import said as evidence_said
from ingest.model import Kind
from ingest.places import place, within

_HERE = Path(__file__).resolve().parent.parent
ASSETS = _HERE / "assets"


def render(template: str, **values: Any) -> str:
    """A page, or a part of one."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_safe,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(rich=rich, said=said, formula=formula)
    environment.globals.update(
        asset=asset,
        amount=amount,
        counted=counted,
        lasting=lasting,
        kinds=[str(kind) for kind in Kind],
        place=place,
        run_said=run_said,
        within=within,
        evidence_said=evidence_said,
        **{name: getattr(links, name) for name in ("source_url", "pane_url", "as_pane", "concept_url", "path_url", "ask_url", "chat_url")},
    )
    return environment


def _safe(value: object) -> object:
    return safe(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def asset(name: str) -> str:
    """The address of an asset, which changes with its content."""
    return f"/assets/{name}?{sha256((ASSETS / name).read_bytes()).hexdigest()[:10]}"
