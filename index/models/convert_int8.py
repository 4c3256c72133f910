"""As `index/models/convert.py`, with the matrices in 8 bits:

python -m index.models.convert_int8 MODEL_FOLDER TARGET_FOLDER
"""

from __future__ import annotations

from pathlib import Path

from index.models.convert import convert, run


def convert_int8(model: str, target: Path) -> None:
    """Convert a SentenceTransformer folder. Raises as `convert` does."""
    convert(model, target, int8=True)


if __name__ == "__main__":
    run(convert_int8)
