"""Open ZIP archives of XML in memory, never unpacked to disk, with limits on how much a small file may unpack to."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ingest.errors import BadDocument

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_MOST_ENTRIES = 20_000
"""The most files in an archive. A book of a thousand pages, each a file with a picture, has a tenth of that."""
_LARGEST = 48 * 1024 * 1024
"""The most bytes of one unpacked member. A thousand pages of text are 5 MB of XML."""
_LARGEST_TOTAL = 192 * 1024 * 1024
"""The most bytes of all members that are read, together."""
_RATIO = 200
"""The largest ratio of a member's unpacked to its packed size. The styles that Word writes unpack to 32 times, a bomb to a thousand
times."""
_HARMLESS = 1024 * 1024
"""Bytes of a member below which `_RATIO` does not matter."""
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The first bytes of the Office formats before 2007, and of encrypted files in the newer ones."""
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError, LookupError)
"""What zipfile raises for damaged archives."""
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


class Archive:
    """The members of an archive by name. Names are only keys and never used as paths. `name` is the name of the document.

    Raises BadDocument for an archive that is damaged, has too many files, or is in an older format of Office.
    """

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        self.left = _LARGEST_TOTAL
        if data.startswith(_OLD_OFFICE):
            raise BadDocument(name, "needs a password, or is in the Office format before 2007.", "Save it without one, as .docx or .pptx.")
        try:
            self.zip = zipfile.ZipFile(io.BytesIO(data))
            entries = self.zip.infolist()
        except _BROKEN as error:
            raise BadDocument(name, f"is damaged or cut short ({error}).", "Fetch or export it again.") from error
        if len(entries) > _MOST_ENTRIES:
            raise BadDocument(name, f"holds {len(entries)} files; {_MOST_ENTRIES} are the most that are read.", "Export it again.")
        self.members = {posixpath.normpath(entry.filename.replace("\\", "/")): entry for entry in entries}

    def has(self, member: str) -> bool:
        """True if the archive has a member of that name."""
        return member in self.members

    def read(self, member: str) -> bytes:
        """The bytes of a member. Raises BadDocument if it is missing, damaged, locked or unpacks to too much."""
        entry = self.members.get(member)
        if entry is None:
            raise BadDocument(self.name, f"is damaged: {member} is missing in it.", "Fetch or export it again.")
        if entry.flag_bits & 1:
            raise BadDocument(self.name, "needs a password.", "Save a copy without one and ingest that.")
        # An archive may lie about its sizes, so the bytes that are read are counted.
        most = min(_LARGEST, self.left, max(_HARMLESS, _RATIO * entry.compress_size))
        try:
            with self.zip.open(entry) as file:
                data = file.read(most + 1)
        except _BROKEN as error:
            raise BadDocument(self.name, f"is damaged: {member} cannot be unpacked ({error}).", "Fetch or export it again.") from error
        if len(data) > most:
            raise BadDocument(self.name, f"unpacks to more than it should ({member}): it may be a ZIP bomb.", "Leave it out.")
        self.left -= len(data)
        return data

    def xml(self, member: str) -> Element:
        """The root of a member that is XML. Raises BadDocument as `read` does, and for XML that is broken or declares entities, which no
        document needs."""
        from lxml import etree

        data = self.read(member)
        parser = etree.XMLParser(
            resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True, remove_pis=True, huge_tree=True
        )
        try:
            root = etree.fromstring(data, parser)
        except (etree.LxmlError, ValueError) as error:
            raise BadDocument(self.name, f"is damaged: {member} is not XML ({error}).", "Fetch or export it again.") from error
        declared = root.getroottree().docinfo.internalDTD
        if declared is not None and next(iter(declared.iterentities()), None) is not None:
            raise BadDocument(self.name, f"declares XML entities ({member}), as an entity bomb does.", "Leave it out.")
        return root

    def related(self, member: str) -> Mapping[str, tuple[str, str]]:
        """The references of an Office member to others, by their ids: the kind of each and the name of the member it refers to."""
        folder, base = posixpath.split(member)
        listing = posixpath.join(folder, "_rels", f"{base}.rels")
        if not self.has(listing):
            return {}
        return {
            each.get("Id", ""): (each.get("Type", "").rpartition("/")[2], self.resolve(folder, each.get("Target", "")))
            for each in self.xml(listing).iter("{*}Relationship")
            if each.get("TargetMode") != "External"
        }

    @staticmethod
    def resolve(folder: str, target: str) -> str:
        """The name of the member that a reference from a member in `folder` leads to."""
        return posixpath.normpath(posixpath.join("/", folder, unquote(target.partition("#")[0]))).lstrip("/")


def relation_id(element: Element, name: str = "id") -> str:
    """The id of the reference in an attribute of an Office element, or "" if it has none."""
    return element.get(f"{_RELATED}{name}") or ""
