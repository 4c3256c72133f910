"""onnxruntime without its telemetry: the one module that imports it."""

from __future__ import annotations

from typing import Any

import onnxruntime

# The switch in the environment (index/__init__.py) keeps it from collecting at all; this one holds where a build ignores that.
onnxruntime.disable_telemetry_events()

__all__ = ["onnxruntime", "quantization"]


def quantization() -> Any:
    """The module `onnxruntime.quantization`, which only a conversion needs."""
    from onnxruntime import quantization as module

    return module
