"""Render a model's chat template safely: sandboxed, in a separate process with limited memory and time.

A template is a program that came with the model. Jinja's sandbox keeps it away from Python's objects, but it may still loop forever or
fill the memory. So this file is also the program that the separate process runs:

    python -I template.py < {"template", "messages", "bos_token", "eos_token"} > text
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

_SECONDS = 2
_BYTES = 512 << 20
_LONGEST = 20_000
# Placeholders for the two messages. Only the frame around them is taken from the template, so no document ever reaches it.
_SYSTEM, _USER = "STUDYSYSTEMMESSAGE", "STUDYUSERMESSAGE"
PLAIN = ("", "\n\n", "\n\nAnswer: ")


def frame(template: str, bos_token: str = "", eos_token: str = "") -> tuple[str, str, str] | None:
    """The text that the template puts before the system message, between it and the user's, and after both; None if it is unusable.

    A template without a system message gets that text at the start of the user's message.
    """
    for messages in (
        [{"role": "system", "content": _SYSTEM}, {"role": "user", "content": _USER}],
        [{"role": "user", "content": f"{_SYSTEM}\n\n{_USER}"}],
    ):
        try:
            text = _render({"template": template, "messages": messages, "bos_token": bos_token, "eos_token": eos_token})
        except subprocess.TimeoutExpired:
            return None
        before, has_system, rest = text.partition(_SYSTEM)
        between, has_user, after = rest.partition(_USER)
        if has_system and has_user and _SYSTEM not in rest and _USER not in after:
            return before, between, after
    return None


def _render(work: Mapping[str, Any]) -> str:
    """The text that the process renders, empty if it fails. Raises TimeoutExpired if it takes too long."""
    command = [sys.executable, "-I", str(Path(__file__).resolve())]
    done = subprocess.run(command, input=json.dumps(work).encode(), capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603 (our own file)
    return done.stdout.decode(errors="replace") if done.returncode == 0 else ""


def _rendered(template: str, messages: Sequence[Mapping[str, str]], bos_token: str, eos_token: str) -> str:
    from datetime import datetime

    import jinja2
    import jinja2.ext
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Generation(jinja2.ext.Extension):
        """`{% generation %}` marks text that a model is trained on; here it has no effect."""

        tags = {"generation"}  # noqa: RUF012 (as Jinja declares it)

        def parse(self, parser: Any) -> Any:
            parser.stream.skip(1)
            return parser.parse_statements(("name:endgeneration",), drop_needle=True)

    def refuse(message: str) -> NoReturn:
        raise jinja2.TemplateError(message)

    environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[jinja2.ext.loopcontrols, Generation])
    environment.filters["tojson"] = lambda value, **options: json.dumps(value, ensure_ascii=False)
    environment.globals.update(raise_exception=refuse, strftime_now=lambda form: datetime.now().strftime(form))
    return environment.from_string(template).render(
        messages=messages, bos_token=bos_token, eos_token=eos_token, add_generation_prompt=True, tools=None
    )


def _main() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    work = json.load(sys.stdin)
    text = _rendered(**work)
    if len(text) > _LONGEST:
        sys.exit(1)
    sys.stdout.buffer.write(text.encode())


if __name__ == "__main__":
    _main()
