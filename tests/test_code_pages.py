"""Texts in old code pages are read, and named; what cannot be told is refused rather than read wrong."""

from __future__ import annotations

import pytest

from ingest.errors import BadDocument
from ingest.readers import read_document
from ingest.sources import slices
from ingest.text.codepages import code_page_of

JAPANESE = "光合成とは、植物が光のエネルギーを使って二酸化炭素と水から糖をつくる反応である。"
SIMPLIFIED = "死锁是指两个或多个进程互相等待对方持有的资源，从而都无法继续执行。"
TRADITIONAL = "光合作用是植物利用光能的過程，這個過程在葉綠體中發生。"
KOREAN = "교착 상태는 두 개 이상의 프로세스가 서로가 가진 자원을 기다리는 상태를 말한다."
RUSSIAN = "Взаимная блокировка — ситуация, при которой процессы находятся в состоянии ожидания."
GREEK = "Η φωτοσύνθεση είναι η διαδικασία με την οποία τα φυτά μετατρέπουν το φως."


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        (JAPANESE, "cp932", "Shift-JIS"),
        (JAPANESE, "euc_jp", "EUC-JP"),
        (JAPANESE, "iso2022_jp", "ISO-2022-JP"),
        (SIMPLIFIED, "gb2312", "GB18030"),
        (TRADITIONAL, "big5", "Big5"),
        (KOREAN, "euc_kr", "EUC-KR"),
        (RUSSIAN, "cp1251", "Windows-1251"),
        (RUSSIAN, "koi8_r", "KOI8-R"),
        (GREEK, "cp1253", "Windows-1253"),
    ],
)
def test_a_text_in_an_old_code_page_is_read_and_named(text: str, codec: str, name: str) -> None:
    document = read_document("note.txt", text.encode(codec, "replace"))
    assert document.texts[0].lines == (text.encode(codec, "replace").decode(codec),)
    assert len(document.notices) == 1
    assert name in document.notices[0]


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("L'élève étudie à l'école où il a été reçu, et ça n'est pas très sûr : naïveté.", "cp1252"),
        ("Die Größe der Fläche wächst äußerst übermäßig, “sagt er”.", "cp1252"),
        ("Många åsikter är också på väg från människor på öar.", "latin-1"),
    ],
)
def test_western_texts_are_no_others(text: str, codec: str) -> None:
    document = read_document("note.txt", text.encode(codec))
    assert document.texts[0].lines == (text,)
    assert document.notices == ()


def test_utf8_is_never_doubted() -> None:
    for text in (JAPANESE, SIMPLIFIED, KOREAN, RUSSIAN):
        assert read_document("note.md", text.encode()).notices == ()


def test_nonsense_is_refused_with_a_reason() -> None:
    with pytest.raises(BadDocument, match="code page"):
        read_document("note.txt", b"one line \x81\x8d and \x8f\x90 more \x9d\x81 signs \x81\xff\x90\xfe")


def test_a_large_file_is_read_as_a_small_one(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from ingest.sources.sources import find_sources

    monkeypatch.setattr(slices, "SLICE", 2_000)
    file = tmp_path / "long.txt"
    file.write_bytes("\n".join([JAPANESE, ""] * 60).encode("cp932"))
    (source,) = find_sources([tmp_path]).sources
    read = list(slices.read_slices(source))
    assert len(read) > 1
    assert {line for document in read for line in document.texts[0].lines} == {JAPANESE, ""}
    assert "Shift-JIS" in read[0].notices[0]


def test_a_sample_may_end_inside_a_character() -> None:
    data = (JAPANESE * 8_000).encode("cp932")
    page = code_page_of(data)
    assert page is not None
    assert page.codec == "cp932"
