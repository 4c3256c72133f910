"""Short notes on subjects that have nothing to do with one another: the concepts, their order and the paths a teacher would name."""

from __future__ import annotations

import pytest

from graph.build import build_graph
from graph.model.values import Graph
from graph.queries.paths import learning_path
from ingest.readers import read_document

OPERATING_SYSTEMS = """# Operating systems

## Processes

A **process** is a program in execution. Its state lives in the *process control block* (PCB), which the kernel keeps.

A **thread** is a unit of execution inside a process. Threads of one process share its memory, but each has its own stack.

### Context switch

A context switch saves the registers of the running process into its PCB and loads those of the next one.

### System calls

A system call is how a process asks the kernel for a service.

## Synchronization

A **race condition** occurs when the result depends on the order in which threads access shared data.

A **mutex** is a lock that lets only one thread into a critical section. A **semaphore** is a counter with two atomic operations.

A *spinlock* is a mutex that waits in a loop instead of sleeping.

### Deadlock

A deadlock is a set of threads of which each waits for a lock that another one holds.

**Deadlock avoidance** grants a request only if no deadlock can follow.

## Memory

### Paging

Paging divides the address space of a process into pages of one size. A **page table** maps pages to frames.

#### Page faults

A page fault is a trap that is raised when an entry of the page table is not valid.

#### TLB

The translation lookaside buffer (TLB) is a cache of entries of the page table.

### Swapping

Swapping moves whole processes to disk.

## Common mistakes

Key point: a mutex has an owner, a semaphore has none.
"""

MUSIC = """# Music theory

## Pitch

**Pitch** is how high or low a note sounds.
An **interval** is the distance between two pitches. A *semitone* is the smallest interval on the piano.

## Scales

A scale is an ordered collection of pitches within an octave. A *scale degree* is the position of a note in a scale.

- **Major scale**: whole, whole, half, whole, whole, whole, half.
- **Pentatonic scale**: a scale of five pitches, without semitones.

## Keys

A key tells which scale a piece uses. The **key signature** lists the sharps or flats of a key.

## Chords

A **triad** is a chord of three notes, each an interval of a third above the last one.

A **seventh chord** adds another third on top of a triad. Chords follow one another in a *cadence*.

### Modulation

Modulation is a change of key within a piece. A *pivot chord* belongs to both keys.
"""

CHEMISTRY = """Organic chemistry, my summary

Electronegativity is the tendency of an atom to attract electrons.
Inductive effect: the withdrawal of electrons through bonds, caused by electronegativity.
Nucleophile: a species that donates an electron pair to form a bond.
Electrophile: a species that accepts an electron pair.
Leaving group: the part that departs with the electrons of its bond.
Carbocation: a carbon with a positive charge; it is stabilised by the inductive effect.
Enantiomers are isomers that are mirror images of each other.
Markovnikov's rule: the proton goes to the carbon with more hydrogens, because the more stable carbocation is formed.
Substitution (SN1) runs through a carbocation: the leaving group departs, then the nucleophile attacks.
Electrophilic aromatic substitution (EAS): an electrophile replaces a hydrogen of the ring.
Acylation: EAS with an acylium ion.
"""


def _graph(text: str, name: str = "notes.md") -> Graph:
    return build_graph([read_document(name, text.encode())])


def _names(graph: Graph) -> set[str]:
    return {name.lower() for concept in graph.concepts.values() for name in concept.names}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            OPERATING_SYSTEMS,
            "process|process control block|thread|context switch|system call|race condition|mutex|semaphore|spinlock|deadlock|"
            "deadlock avoidance|paging|page table|page fault|translation lookaside buffer|swapping",
        ),
        (MUSIC, "pitch|interval|semitone|scale|scale degree|pentatonic scale|triad|seventh chord|modulation|pivot chord"),
        (
            CHEMISTRY,
            "electronegativity|inductive effect|nucleophile|electrophile|leaving group|carbocation|enantiomers|markovnikov's rule|"
            "electrophilic aromatic substitution",
        ),
    ],
)
def test_short_notes_on_any_subject_have_their_concepts(text: str, found: str) -> None:
    names = _names(_graph(text))
    assert set(found.split("|")) - names == set()
    assert not names & {"common mistakes", "key point", "mistakes", "result", "counter", "smallest interval", "memory", "part"}


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        (OPERATING_SYSTEMS, "process", "thread"),
        (OPERATING_SYSTEMS, "mutex", "spinlock"),
        (OPERATING_SYSTEMS, "deadlock", "deadlock avoidance"),
        (OPERATING_SYSTEMS, "page table", "page fault"),
        (OPERATING_SYSTEMS, "page table", "translation lookaside buffer"),
        (MUSIC, "pitch", "interval"),
        (MUSIC, "scale", "scale degree"),
        (CHEMISTRY, "carbocation", "markovnikov's rule"),
        (CHEMISTRY, "electrophile", "electrophilic aromatic substitution"),
    ],
)
def test_what_is_needed_comes_first_on_any_subject(text: str, before: str, after: str) -> None:
    graph = _graph(text)
    steps = [{name.lower() for name in step.concept.names} for step in learning_path(graph, after).steps]
    assert any(before in names or f"{before}s" in names for names in steps[:-1])
    assert after in steps[-1]


def test_an_organising_word_is_a_concept_only_where_the_text_says_what_it_is() -> None:
    filler = "\n".join(f"The process goes on with step {number}, and the scale does not matter." for number in range(8))
    assert not _names(_graph(f"# Cooking\n\n## Process\n\n{filler}\n\n## Scale\n\nThis is about all of it.\n")) & {"scale"}


def test_notes_that_link_to_one_another_are_concepts_called_by_their_files() -> None:
    notes = {
        "Cell.md": "The cell is the smallest unit of life. Every cell has a [[Cell membrane]].",
        "Cell membrane.md": "A double layer with proteins in it.\n\nTransport across it: [[Diffusion]] and [[Osmosis|osmosis]].",
        "Diffusion.md": "Movement from high to low concentration. No energy is needed.",
        "Osmosis.md": "Osmosis is the [[Diffusion]] of water across a membrane.",
        "To do.md": "Buy milk.",
    }
    graph = build_graph([read_document(name, text.encode()) for name, text in notes.items()])
    assert {"cell", "cell membrane", "diffusion", "osmosis"} <= _names(graph)
    assert "to do" not in _names(graph)
    assert {("diffusion", "osmosis"), ("diffusion", "cell-membrane")} <= {(edge.before, edge.after) for edge in graph.prerequisites}
    osmosis = graph.concepts["osmosis"].definition
    assert osmosis is not None
    assert osmosis.document == "Osmosis.md"
