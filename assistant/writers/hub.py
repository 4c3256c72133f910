"""Fetching one file from the Hugging Face hub: an interrupted download goes on where it stopped, and what arrives is what was announced."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from assistant.errors import HubUnreachable, ModelFailed
from assistant.progress import Progress
from index.errors import ModelDamaged, ModelMissing
from ingest.sources.digests import file_sha256

_SHA256 = re.compile(r"[0-9a-f]{64}")
_OFFLINE = "Without a network, copy a GGUF file to this machine and add it."


def fetch(repository: str, name: str, folder: Path, progress: Progress) -> tuple[Path, str]:
    """The file in the folder, and its sha256. The endpoint is $HF_ENDPOINT, else the hub itself.

    What has arrived of a file is kept beside it under its hash and gone on from, also in a later call. Raises ModelMissing where the hub
    has no such file, HubUnreachable where it cannot be asked, ModelFailed where the download breaks off, and ModelDamaged where the hash
    is another.
    """
    from huggingface_hub import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.errors import (
        EntryNotFoundError,
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )
    from huggingface_hub.errors import HTTPError as TransportError  # type: ignore[attr-defined]  # of the HTTP library it was built on
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

    where = f"{repository}/{name}"
    try:
        url = hf_hub_url(repository, name)
        about = get_hf_file_metadata(url)
    except GatedRepoError as error:
        raise ModelMissing(f"{where} asks for consent to its licence.", "Give it on the hub, and log in to the hub here.") from error
    except (RepositoryNotFoundError, RevisionNotFoundError, EntryNotFoundError) as error:
        raise ModelMissing(f"The hub does not have {where}.", "Look up the exact names of the repository and its file.") from error
    except HFValidationError as error:
        raise ModelMissing(f"{repository!r} is not the name of a repository.", "Write OWNER/NAME, then the file.") from error
    except OfflineModeIsEnabled as error:
        raise HubUnreachable(f"$HF_HUB_OFFLINE forbids asking the hub for {where}.", _OFFLINE) from error
    except HfHubHTTPError as error:
        raise ModelFailed(f"The hub failed to deliver {where} ({error}).", "Try again later.") from error
    except (TransportError, OSError) as error:
        raise HubUnreachable(f"The hub cannot be reached for {where} ({type(error).__name__}).", _OFFLINE) from error

    tag = (about.etag or "").strip('"')
    target = folder / Path(name).name
    part = folder / f".{target.name}.{hashlib.sha256(tag.encode()).hexdigest()[:16]}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with part.open("ab") as stream:
            if about.size is None or stream.tell() < about.size:
                http_get(
                    about.location,
                    stream,
                    resume_size=stream.tell(),
                    headers=build_hf_headers() if about.location == url else {},
                    expected_size=about.size,
                    displayed_filename=target.name,
                    tqdm_class=_bar(progress),
                )
    except (TransportError, OSError) as error:
        kept = part.stat().st_size if part.exists() else 0
        raise ModelFailed(
            f"The download of {where} broke off ({error}).", f"Pull it again; the {kept} bytes that arrived are kept."
        ) from error
    sha256 = file_sha256(part)
    if _SHA256.fullmatch(tag) and sha256 != tag:
        part.unlink()
        raise ModelDamaged(f"{where} did not arrive as the hub announced it (sha256 {sha256}, not {tag}).", "Pull it again.")
    part.replace(target)
    return target, sha256


def _bar(progress: Progress) -> Any:
    """What huggingface_hub takes for a progress bar, telling ours."""

    class Bar:
        def __init__(self, *, total: int | None = None, initial: int = 0, **_: Any) -> None:
            self._done, self._total = initial, total or 0

        def update(self, count: int) -> None:
            self._done += count
            progress("Fetching", self._done, max(self._total, self._done))

        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    return Bar
