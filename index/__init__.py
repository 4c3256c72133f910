"""Retrieval: lexical and dense search over chunks, fused, and the metrics that judge them.

Nothing that is used here may report to its maker. Each library reads its switch when it is first imported, so the switches are set
before any module of this package; the processes that it starts inherit them.
"""

import os

os.environ.update(ORT_DISABLE_TELEMETRY="1", HF_HUB_DISABLE_TELEMETRY="1", RAY_USAGE_STATS_ENABLED="0")
