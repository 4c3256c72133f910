"""The models that an answer can be worded by: what was named becomes a writer."""

from __future__ import annotations

from pathlib import Path

from assistant.writer import Writer


def open_writer(named: str) -> Writer:
    """The writer of a GGUF file or a server's address. Raises ModelError where it cannot be used."""
    if named.startswith(("http://", "https://")):
        from assistant.server import ServerWriter

        return ServerWriter(named)
    from assistant.llama import LlamaWriter

    return LlamaWriter(Path(named).expanduser())
