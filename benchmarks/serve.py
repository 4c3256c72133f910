"""Measure `study serve` on a library: the start, warm pages, the first sentence, many questions at once, memory.

Beside each time on the clock stands the mean processor time of the server: on a busy machine only that can be compared.

python benchmarks/serve.py --library LIBRARY [--questions FILE.jsonl]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import httpx

QUESTIONS = [
    "what is overfitting",
    "how does attention work",
    "why divide by sqrt d",
    "what is the bias of an estimator",
    "what is entropy",
]
PARALLEL = 50
ROUNDS = 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", required=True)
    parser.add_argument("--questions", type=Path)
    given = parser.parse_args()
    questions = QUESTIONS
    if given.questions:
        questions = [json.loads(line)["question"] for line in given.questions.read_text(encoding="utf-8").splitlines() if line.strip()]
    begun = time.perf_counter()
    command = [sys.executable, "-m", "assistant.cli.main", "serve", "--library", given.library]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            said = re.search(r"http://[\d.:]+", server.stdout.readline())
            assert said is not None
            with httpx.Client(base_url=said[0], timeout=120) as client:
                client.get("/").raise_for_status()
                print(f"start to first page: {time.perf_counter() - begun:.2f} s, {processor(server.pid):.2f} s of processor time")
                measure(client, questions, server.pid)
            print(f"memory: {memory(server.pid):.0f} MB resident, {peak(server.pid):.0f} MB at most")
        finally:
            server.terminate()


def measure(client: httpx.Client, questions: list[str], server: int) -> None:
    """Print how long each kind of page takes, when warm, and how many questions at once are answered."""
    documents = client.get("/api/v1/documents").json()["documents"]
    concepts = client.get("/api/v1/graph", params={"course": "false"}).json()["concepts"][:50] or [{"id": "none"}]
    ids = [quote(one["id"], safe="") for one in concepts]
    pages = {
        "start": ["/"],
        "source": [f"/source/{one['id']}" for one in documents[:20]],
        "concept": [f"/concept/{one}" for one in ids],
        "path": [f"/path?to={one}" for one in ids],
        "search": [f"/search?q={quote(question)}" for question in questions],
        "ask": [f"/ask?question={quote(question)}" for question in questions],
        "library": ["/library"],
    }
    for name, addresses in pages.items():
        for address in addresses[:3]:
            client.get(address)
        used = processor(server)
        times = [timed(client, addresses[turn % len(addresses)]) for turn in range(max(ROUNDS, len(addresses)))]
        print(f"{name}: {spread(times)}, {1000 * (processor(server) - used) / len(times):.0f} ms of processor time")
    used = processor(server)
    first = [first_event(client, question) for question in questions * 2]
    print(f"first sentence of an answer: {spread(first)}, {1000 * (processor(server) - used) / len(first):.0f} ms of processor time")
    with ThreadPoolExecutor(PARALLEL) as pool:
        begun = time.perf_counter()
        times = list(pool.map(lambda turn: timed(client, f"/ask?question={quote(questions[turn % len(questions)])}"), range(PARALLEL)))
        print(f"{PARALLEL} questions at once: {time.perf_counter() - begun:.2f} s in all, each {spread(times)}")


def timed(client: httpx.Client, address: str) -> float:
    begun = time.perf_counter()
    client.get(address).raise_for_status()
    return time.perf_counter() - begun


def first_event(client: httpx.Client, question: str) -> float:
    """The time until the page's script has an answer to show."""
    begun = time.perf_counter()
    headers = {"accept": "text/event-stream", "hx-request": "true"}
    with client.stream("GET", "/ask", params={"question": question}, headers=headers) as response:
        for piece in response.iter_text():
            if "answer" in piece:
                return time.perf_counter() - begun
    return time.perf_counter() - begun


def spread(times: list[float]) -> str:
    ordered = sorted(times)
    return f"median {1000 * statistics.median(ordered):.0f} ms, p95 {1000 * ordered[int(0.95 * (len(ordered) - 1))]:.0f} ms"


def processor(process: int) -> float:
    """The seconds of processor time that a process has used."""
    used = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


def memory(process: int) -> float:
    return _status(process, "VmRSS")


def peak(process: int) -> float:
    return _status(process, "VmHWM")


def _status(process: int, name: str) -> float:
    """A figure of Linux's /proc in MB."""
    found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
