"""OpenAI's protocol, asked by OpenAI's own client."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from served import Served, served
from terminal import study, study_process

from assistant.sources.sources import source_id
from assistant.web.protocol.chores import chore_in, done

openai = pytest.importorskip("openai")
pytestmark = [pytest.mark.usefixtures("encoder_cache"), pytest.mark.filterwarnings("ignore::DeprecationWarning")]
GUIDE = Path(__file__).resolve().parent.parent / "docs" / "guide"
TOKEN = "a-token-of-many-signs"
WILT = [{"role": "user", "content": "why does a plant wilt"}]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, encoder_cache: Path) -> Iterator[Served]:
    made = tmp_path_factory.mktemp("protocol")
    shutil.copytree(GUIDE / "notes", made / "notes")
    assert study("ingest", made / "notes", "--library", made / "library").code == 0
    with served(made / "library", TOKEN) as found:
        yield found


@pytest.fixture
def client(site: Served) -> Iterator[Any]:
    with openai.OpenAI(base_url=f"{site.url}/v1", api_key=TOKEN, max_retries=0) as made:
        yield made


def test_models_are_listed(client: Any) -> None:
    assert [model.id for model in client.models.list()] == ["study"]
    assert client.models.retrieve("study").owned_by == "study"
    with pytest.raises(openai.APIStatusError) as failed:
        client.models.retrieve("gpt-9")
    assert failed.value.code == "unknown-model"


def test_a_question_is_answered_with_annotations(site: Served, client: Any) -> None:
    completion = client.chat.completions.create(model="study", messages=WILT)
    message = completion.choices[0].message
    assert message.content.startswith("When a plant loses more water")
    assert f"[1] [osmosis.md:22-23]({site.url}/source/{source_id('osmosis.md')}?lines=22-23#L22)" in message.content
    first = message.annotations[0].url_citation
    assert first.title.startswith("osmosis.md:22-23 — When a plant loses")
    assert message.content[first.start_index : first.end_index].startswith("When a plant loses more water")
    assert message.content[first.start_index : first.end_index].endswith("falls.")
    assert httpx.get(first.url, headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200
    assert completion.usage.total_tokens > 10


def test_a_stream_says_the_same(client: Any) -> None:
    whole = client.chat.completions.create(model="study", messages=WILT).choices[0].message
    stream = client.chat.completions.create(model="study", messages=WILT, stream=True, stream_options={"include_usage": True})
    chunks = list(stream)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == whole.content
    cited = [one for chunk in chunks if chunk.choices for one in getattr(chunk.choices[0].delta, "annotations", None) or []]
    assert [one["url_citation"]["url"] for one in cited] == [one.url_citation.url for one in whole.annotations]
    assert [chunk.choices[0].finish_reason for chunk in chunks if chunk.choices][-1] == "stop"
    assert chunks[-1].usage.completion_tokens > 0


def test_a_client_is_answered_while_another_process_ingests(site: Served, tmp_path: Path) -> None:
    library = shutil.copytree(site.library.folder, tmp_path / "library")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "moss.md").write_text("# Moss\n\nMoss is a plant that has no roots.\n")
    with served(library) as own, openai.OpenAI(base_url=f"{own.url}/v1", api_key="none", max_retries=0) as client:
        answers = []
        with study_process("ingest", tmp_path / "more", "--library", library) as ingesting:
            while ingesting.poll() is None:
                answers.append(client.chat.completions.create(model="study", messages=WILT).choices[0].message.content)
                time.sleep(0.3)
            assert ingesting.returncode == 0
            ingesting.communicate()
        assert answers
        assert all(answer.startswith("When a plant loses more water") for answer in answers)
        moss = client.chat.completions.create(model="study", messages=[{"role": "user", "content": "what is moss"}])
        assert "no roots" in moss.choices[0].message.content


def test_what_was_said_before_counts(client: Any) -> None:
    said = (
        client.chat.completions.create(model="study", messages=[{"role": "user", "content": "what is osmosis"}]).choices[0].message.content
    )
    history = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "what is osmosis"},
        {"role": "assistant", "content": said},
        {"role": "user", "content": [{"type": "text", "text": "what about diffusion"}]},
    ]
    answer = client.chat.completions.create(model="study", messages=history).choices[0].message
    assert "diffusion.md" in answer.annotations[0].url_citation.title


def test_what_the_documents_do_not_say_is_not_said(client: Any) -> None:
    message = (
        client.chat.completions.create(model="study", messages=[{"role": "user", "content": "who won the world cup"}]).choices[0].message
    )
    assert message.content.startswith("Your documents don't say.")
    assert not message.annotations


def test_texts_are_embedded(site: Served, client: Any) -> None:
    texts = ["water moves through a membrane", "osmosis", "the stock market"]
    vectors = [one.embedding for one in client.embeddings.create(model="study", input=texts).data]  # the client asks for base64
    plain = [one.embedding for one in client.embeddings.create(model="study", input=texts, encoding_format="float").data]
    assert len(vectors[0]) == 384
    assert vectors == [pytest.approx(one, abs=1e-6) for one in plain]

    def near(one: int, two: int) -> float:
        return float(sum(a * b for a, b in zip(vectors[one], vectors[two], strict=True)))

    assert near(0, 1) > near(0, 2)
    assert near(0, 0) == pytest.approx(1, abs=1e-4)


HISTORY = """
### Chat History:
<chat_history>
USER: why does a plant wilt
ASSISTANT: When a plant loses more water than it takes up, it wilts. [1]
USER: and what is osmosis
ASSISTANT: Water that moves through a membrane. [1]
</chat_history>"""


def chat_program(site: Served, **body: object) -> httpx.Response:
    """A request as Open WebUI sends it: its own fields, headers about the user, the usage wanted at the end of a stream."""
    headers = {"authorization": f"Bearer {TOKEN}", "x-openwebui-user-name": "Ann%20B", "x-openwebui-chat-id": "1"}
    mine = {
        "model": "study",
        "temperature": 0.7,
        "reasoning": {"effort": "low"},
        "logit_bias": {},
        "tools": [],
        "chat_id": "1",
        "metadata": {},
    }
    if body.get("stream"):
        mine["stream_options"] = {"include_usage": True}
    return site.post("/v1/chat/completions", json={**mine, **body}, headers=headers)


def test_a_chat_program_is_answered(site: Served) -> None:
    parts = [{"type": "text", "text": "why does a plant wilt", "cache_control": {"type": "ephemeral"}}]
    parts.append({"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}})
    system = {"role": "system", "content": "User local date and time: 2026-05-16"}
    answer = chat_program(site, stream=True, messages=[system, {"role": "user", "content": parts}])
    assert answer.headers["content-type"].startswith("text/event-stream")
    lines = [line.removeprefix("data: ") for line in answer.text.split("\n\n") if line]
    assert lines.pop() == "[DONE]"
    chunks = [json.loads(line) for line in lines]
    assert chunks[-1]["usage"]["total_tokens"] > 0
    said = "".join(choice["delta"].get("content") or "" for chunk in chunks for choice in chunk["choices"])
    assert said.startswith("When a plant loses more water")


@pytest.mark.parametrize(
    ("prompt", "key", "expected"),
    [
        ('### Task:\nGenerate a short title.\n### Output:\nJSON format: { "title": "your title here" }', "title", "why does a plant wilt"),
        ('### Task:\nGenerate broad tags.\n### Output:\nJSON format: { "tags": ["tag1", "tag2"] }', "tags", None),
        ('### Task:\nSuggest questions.\n### Output:\nJSON format: { "follow_ups": ["Question 1?"] }', "follow_ups", None),
        ('### Task:\nAre search queries needed?\n### Output:\nJSON: { "queries": ["query1"] }', "queries", []),
        ('### Task:\nContinue the text.\n### Output:\nJSON: { "text": "<completion>" }', "text", ""),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_what_a_chat_program_asks_for_itself_is_no_question(site: Served, prompt: str, key: str, expected: object, stream: bool) -> None:
    answer = chat_program(site, stream=stream, messages=[{"role": "user", "content": prompt + HISTORY}])
    if stream:
        chunks = [json.loads(line[6:]) for line in answer.text.split("\n\n") if line.startswith("data: {")]
        text = "".join(choice["delta"].get("content") or "" for chunk in chunks for choice in chunk["choices"])
    else:
        text = answer.json()["choices"][0]["message"]["content"]
    found = json.loads(text)
    assert list(found) == [key]
    if expected is not None:
        assert found[key] == expected
    else:
        assert 1 <= len(found[key]) <= 3
        assert not any("osmosis" in one.casefold() for one in found[key] if key == "follow_ups")


@pytest.mark.parametrize("text", ["### Task: list the steps of osmosis", 'what does { "title": "x" } mean', "", "### Task:\n{"])
def test_questions_are_no_chores(text: str) -> None:
    assert chore_in(text) is None


def test_a_long_title_is_cut_between_words() -> None:
    chore = chore_in('### Task:\n{"title": ""}\n<chat_history>\nUSER: ' + "word " * 40)
    assert chore is not None
    title = json.loads(done(chore, lambda _: pytest.fail("nothing is asked for a title")))["title"]
    assert title.endswith("word…")
    assert len(title) <= 61


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b'{"messages": []}',
        b'{"messages": ["x"]}',
        b'{"messages": [{"role": "assistant", "content": "x"}]}',
        b'{"messages": [{"role": "user", "content": 5}]}',
        b'{"model": 5, "messages": [{"role": "user", "content": "x"}]}',
        b'{"messages": [{"role": "user", "content": ""}]}',
    ],
)
def test_what_cannot_be_asked_is_refused(site: Served, body: bytes) -> None:
    answer = site.post("/v1/chat/completions", content=body, headers={"authorization": f"Bearer {TOKEN}"})
    assert 400 <= answer.status_code < 500
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}


@pytest.mark.parametrize("given", [None, [], [1, 2], [[1]], "", ["x"] * 300, {"a": 1}])
def test_what_cannot_be_embedded_is_refused(site: Served, given: object) -> None:
    answer = site.post("/v1/embeddings", json={"input": given}, headers={"authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "usage")


def test_a_wrong_key_is_refused(site: Served) -> None:
    with openai.OpenAI(base_url=f"{site.url}/v1", api_key="wrong", max_retries=0) as client, pytest.raises(openai.AuthenticationError):
        client.models.list()


def test_links_of_documents_with_odd_names_stay_links() -> None:
    from assistant.answers.model import Citation
    from assistant.web.protocol.texts import sources
    from ingest.model import Span

    cited = Citation(1, "a](http://evil.example).md", "T", (), Span(1, 1), "x")
    assert re.fullmatch(r"\[1\] \[[^\[\]]*\]\(http://h/source/[0-9a-f]{12}\?lines=1-1#L1\)", sources([cited], "http://h"))
