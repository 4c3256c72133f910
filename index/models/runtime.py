"""onnxruntime without its telemetry: the one module that imports it."""

from __future__ import annotations

from typing import Any

import onnxruntime

# The environment variable (index/__init__.py) stops all collection; this call is for builds that ignore it.
onnxruntime.disable_telemetry_events()

__all__ = ["onnxruntime", "quantization"]


def quantization() -> Any:
    """The module `onnxruntime.quantization`, which only a conversion needs."""
    from onnxruntime import quantization as module

    return module
