import os
from pathlib import Path

import pytest
from terminal import unprivileged

from ingest.errors import BadDocument, NothingToIngest
from ingest.sources.sources import Source, find_sources, fingerprint, read_source


def put(folder: Path, name: str, text: str = "text") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def names(*paths: Path) -> list[str]:
    return [s.name for s in find_sources(paths).sources]


def test_walk_is_sorted_relative_and_leaves_hidden_files_out(tmp_path: Path) -> None:
    for name in ["node_modules/x/readme.md", "b.md", "a/z.txt", "a/b/c.md", ".hidden.md", ".git/x.md", "photo.png"]:
        put(tmp_path, name)
    assert names(tmp_path) == ["a/b/c.md", "a/z.txt", "b.md"]
    assert find_sources([tmp_path]) == find_sources([str(tmp_path)])


def test_single_file_has_its_folder_as_root(tmp_path: Path) -> None:
    path = put(tmp_path, "deep/n.md")
    assert find_sources([path]).sources == (Source(tmp_path / "deep", "n.md", path),)


def test_a_file_found_twice_is_one_source(tmp_path: Path) -> None:
    path = put(tmp_path, "n.md")
    assert names(tmp_path, path) == ["n.md"]


def test_missing_path_and_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(NothingToIngest, match="no such file"):
        find_sources([tmp_path / "none"])
    with pytest.raises(NothingToIngest, match="no document found"):
        find_sources([tmp_path])


def test_documents_not_read_yet_are_failures(tmp_path: Path) -> None:
    put(tmp_path, "a.odt")
    put(tmp_path, "n.md")
    found = find_sources([tmp_path])
    sources, failures = found.sources, found.failures
    assert [s.name for s in sources] == ["n.md"]
    assert [(f.document, f.reason.split(".")[0]) for f in failures] == [("a.odt", "format not read yet: ")]


def test_a_file_named_itself_always_answers(tmp_path: Path) -> None:
    found = find_sources([put(tmp_path, "photo.png")])
    sources, failures = found.sources, found.failures
    assert not sources
    assert failures[0].document == "photo.png"


def test_links_out_of_the_root_are_not_followed_and_loops_end(tmp_path: Path) -> None:
    outside = put(tmp_path, "outside/secret.md")
    root = tmp_path / "root"
    put(root, "a/n.md")
    (root / "a" / "loop").symlink_to(root)
    (root / "out").symlink_to(outside.parent)
    (root / "out.md").symlink_to(outside)
    assert names(root) == ["a/n.md"]


def test_pipes_are_never_opened(tmp_path: Path) -> None:
    put(tmp_path, "n.md")
    os.mkfifo(tmp_path / "pipe.md")
    assert names(tmp_path) == ["n.md"]
    with pytest.raises(BadDocument, match="not a regular file"):
        read_source(Source(tmp_path, "pipe.md", tmp_path / "pipe.md"))


def test_an_unreadable_file_is_a_bad_document(tmp_path: Path) -> None:
    put(tmp_path, "n.md").chmod(0)
    with unprivileged(tmp_path / "n.md"):
        (source,) = find_sources([tmp_path]).sources
        with pytest.raises(BadDocument, match="chmod"):
            read_source(source)


def test_vanished_file_is_a_bad_document(tmp_path: Path) -> None:
    path = put(tmp_path, "n.md")
    (source,) = find_sources([tmp_path]).sources
    path.unlink()
    with pytest.raises(BadDocument, match="vanished"):
        read_source(source)


def test_reading_gives_the_bytes_and_their_digest(tmp_path: Path) -> None:
    put(tmp_path, "n.md", "abc")
    (source,) = find_sources([tmp_path]).sources
    assert read_source(source) == b"abc"
    assert fingerprint(source).digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_too_large_a_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, "n.md", "0123456789")
    (source,) = find_sources([tmp_path]).sources
    monkeypatch.setattr("ingest.sources.sources.MAX_BYTES", 5)
    with pytest.raises(BadDocument, match="larger"):
        read_source(source)


def test_names_that_are_not_unicode_are_shown_readably(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("text")
    except OSError:
        pytest.skip("this file system takes no such name")
    assert names(tmp_path) == ["caf\\xe9.md"]


def test_a_link_to_itself_is_a_failure_with_advice(tmp_path: Path) -> None:
    put(tmp_path, "n.md")
    (tmp_path / "loop.md").symlink_to("loop.md")
    found = find_sources([tmp_path])
    assert [source.name for source in found.sources] == ["n.md"]
    assert [(failure.document, "link to itself" in failure.reason) for failure in found.failures] == [("loop.md", True)]
