"""Download one file from the Hugging Face hub, resume an interrupted download, and verify it.

`huggingface_hub` finds the file, knows the user's token and explains why access is refused. It does not download it: its `hf_hub_download`
(2.4) discards a partial file when it is interrupted, which for a model of several gigabytes means starting again.
"""

from __future__ import annotations

import hashlib
import re
import time
from pathlib import Path
from typing import BinaryIO

import httpx

from assistant.errors import HubUnreachable, ModelFailed
from assistant.progress import Progress
from index.errors import ModelDamaged, ModelMissing
from ingest.sources.digests import file_sha256

_SHA256 = re.compile(r"[0-9a-f]{64}")
_TIMEOUT = httpx.Timeout(60.0, connect=10.0)
_BLOCK = 1 << 20
_ATTEMPTS = 5
_PAUSE = 1.0
_BY_HAND = "Without a network, copy a GGUF file to this machine and add it."


def fetch(repository: str, name: str, folder: Path, progress: Progress) -> tuple[Path, str]:
    """Download a file into the folder. Returns the file and its sha256. The endpoint is $HF_ENDPOINT, by default the hub itself.

    A partial file is kept beside it under the announced hash, and a later call continues it. Raises ModelMissing if the hub has no such
    file or refuses access, HubUnreachable if it cannot be asked, ModelFailed if the download breaks off, and ModelDamaged if the hash of
    what arrived is not the announced one.
    """
    from huggingface_hub import get_hf_file_metadata, get_token, hf_hub_url
    from huggingface_hub.errors import (
        EntryNotFoundError,
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        OfflineModeIsEnabled,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

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
        raise HubUnreachable(f"$HF_HUB_OFFLINE forbids asking the hub for {where}.", _BY_HAND) from error
    except HfHubHTTPError as error:
        raise ModelFailed(f"The hub failed to deliver {where} ({error}).", "Try again later.") from error
    except Exception as error:  # the package's HTTP library is httpx or httpx2, depending on its version, and so are its errors
        raise HubUnreachable(f"The hub cannot be reached for {where}.", _BY_HAND) from error

    tag = (about.etag or "").strip('"')
    target = folder / Path(name).name
    part = folder / f".{target.name}.{hashlib.sha256(tag.encode()).hexdigest()[:16]}.part"
    token = get_token() if about.location == url else None  # not for the storage that the hub redirects to
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with part.open("ab") as stream:
            _download(about.location, token, stream, about.size, progress)
    except (httpx.HTTPError, OSError) as error:
        kept = part.stat().st_size if part.exists() else 0
        raise ModelFailed(
            f"The download of {where} broke off ({error}).", f"Pull it again; the {kept} bytes that arrived are kept."
        ) from error
    sha256 = file_sha256(part)
    if _SHA256.fullmatch(tag) and sha256 != tag:
        part.unlink()
        raise ModelDamaged(f"{where} is not the file that the hub announced (sha256 {sha256}, not {tag}).", "Pull it again.")
    part.replace(target)
    return target, sha256


def _download(url: str, token: str | None, stream: BinaryIO, size: int | None, progress: Progress) -> None:
    """Append the rest of a file of `size` bytes to the stream.

    A connection that breaks is opened again. Raises httpx.HTTPError when several connections in a row bring nothing, or the server refuses.
    """
    headers = {"Accept-Encoding": "identity", **({"Authorization": f"Bearer {token}"} if token else {})}
    failures = 0
    with httpx.Client(headers=headers, timeout=_TIMEOUT, follow_redirects=True) as client:
        while size is None or stream.tell() < size:
            begin = stream.tell()
            try:
                _append(client, url, stream, size, progress)
                if size is None:
                    return
            except httpx.TransportError:
                failures = 0 if stream.tell() > begin else failures + 1
                if failures >= _ATTEMPTS:
                    raise
                time.sleep(_PAUSE)


def _append(client: httpx.Client, url: str, stream: BinaryIO, size: int | None, progress: Progress) -> None:
    """Append the data of one request. Raises httpx.HTTPError."""
    begin = stream.tell()
    with client.stream("GET", url, headers={"Range": f"bytes={begin}-"} if begin else {}) as response:
        response.raise_for_status()
        if begin and response.status_code != httpx.codes.PARTIAL_CONTENT:
            stream.seek(0)  # the server sends the file from its beginning
            stream.truncate()
        for block in response.iter_raw(_BLOCK):
            stream.write(block)
            progress("Fetching", stream.tell(), max(size or 0, stream.tell()))
    if size is not None and not begin < stream.tell() <= size:
        raise httpx.RemoteProtocolError(f"{stream.tell()} bytes of {size} came")
