"""onnxruntime without its telemetry: the one module that imports it."""

from __future__ import annotations

import onnxruntime

# The switch in the environment (index/__init__.py) keeps it from collecting at all; this one holds where a build ignores that.
onnxruntime.disable_telemetry_events()

__all__ = ["onnxruntime"]
