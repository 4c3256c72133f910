"""Render HTML pages from the templates beside this module: each is one file that needs no network, with all text escaped."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from assistant.pages.text import one_line

_TEMPLATES = Path(__file__).resolve().parent / "templates"


def render(template: str, **values: Any) -> str:
    """The page of a template. Texts are put on one line without control characters, and escaped."""
    return _environment().get_template(template).render(values)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_cleaned,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(static=_static, digest=_digest)
    return environment


def _cleaned(value: object) -> object:
    """A value for a page: text on one line, our own markup unchanged."""
    return one_line(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _static(name: str) -> Markup:
    """A style sheet or script, for inlining into the page."""
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704 (a file of our own)


def _digest(text: str) -> str:
    """The hash of a script for the content security policy."""
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
