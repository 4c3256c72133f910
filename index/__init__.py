"""Retrieval: lexical and dense search over chunks, fusion of both, and retrieval metrics.

Telemetry of all libraries is switched off. Each library reads its switch when it is first imported, so the switches are set before any
module of this package is imported. Child processes inherit them.
"""

import os

os.environ.update(ORT_DISABLE_TELEMETRY="1", HF_HUB_DISABLE_TELEMETRY="1", RAY_USAGE_STATS_ENABLED="0")
