"""Documents in another language than English are known for it, beyond doubt, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest
from formats import MADE

from assistant.course import course_documents
from ingest.language.guess import foreign_language, foreign_language_of
from ingest.readers import SUFFIXES, read_document

TEXTS = {
    "German": "Das Verfahren folgt dem Gefälle der Verlustfunktion und ist damit einfach zu verstehen. Wenn die Schrittweite zu groß "
    "ist, dann springt es über das Minimum hinweg, und der Fehler wird nicht kleiner. Mit einer kleinen Schrittweite dauert "
    "es lange, bis es am Ziel ist. Deshalb wird sie im Laufe der Zeit kleiner gemacht, und das ist auch bei großen Netzen "
    "so üblich.",
    "French": "La méthode suit la pente de la fonction de perte, et elle est donc facile à comprendre. Si le pas est trop grand, on "
    "saute par-dessus le minimum et l'erreur ne diminue pas. Avec un petit pas, il faut beaucoup de temps pour arriver au "
    "but. C'est pour cela que le pas est réduit au cours du temps, et on le fait aussi pour les grands réseaux.",
    "Spanish": "El método sigue la pendiente de la función de pérdida y por eso es fácil de entender. Si el paso es muy grande, se "
    "salta el mínimo y el error no baja. Con un paso pequeño se tarda mucho en llegar. Por esto el paso se hace más pequeño "
    "con el tiempo, y así se hace también en las redes grandes.",
    "Italian": "Il metodo segue la pendenza della funzione di perdita ed è per questo facile da capire. Se il passo è troppo grande, "
    "si salta il minimo e l'errore non diminuisce. Con un passo piccolo ci vuole molto tempo per arrivare alla fine. Per "
    "questo il passo si riduce nel tempo, e lo si fa anche per le reti più grandi.",
    "Russian or another language in Cyrillic letters": "Метод следует за наклоном функции потерь, поэтому он прост для понимания.",
    "Greek": "Η μέθοδος ακολουθεί την κλίση της συνάρτησης απώλειας και γι' αυτό είναι εύκολη στην κατανόηση.",
    "Chinese": "该方法沿着损失函数的梯度下降，因此很容易理解。如果步长太大，就会越过最小值，误差不会减小。"
    "步长小则需要很长时间才能到达目标。因此步长会随时间减小，大型网络也是如此处理。",
    "Japanese": "この手法は損失関数の勾配に従うので、理解しやすい。歩幅が大きすぎると最小値を飛び越えてしま"
    "い、誤差は小さくならない。歩幅が小さいと、目標に着くまでに長い時間がかかる。だから歩幅は次"
    "第に小さくされる。",
    "Korean": "이 방법은 손실 함수의 기울기를 따르므로 이해하기 쉽다. 보폭이 너무 크면 최솟값을 뛰어넘어 오차가 "
    "줄어들지 않는다. 보폭이 작으면 목표에 도달하는 데 오랜 시간이 걸린다.",
}


def language(text: str, name: str = "a.md") -> str | None:
    return foreign_language(read_document(name, text.encode()))


@pytest.mark.parametrize("name", TEXTS)
def test_other_languages_are_told(name: str) -> None:
    assert language(f"# Title\n\n{TEXTS[name]}\n\n```python\nfor the_step in range(3): pass\n```\n") == name


def test_a_few_foreign_words_are_no_foreign_language() -> None:
    assert foreign_language_of([" ".join(TEXTS["German"].split()[:25])]) == "German", "a note of two sentences is enough"
    quoted = TEXTS["German"].split(".")[0]
    english = "It is said in the book that the method follows the slope of the loss, and that is all there is to it. " * 3
    assert language(f"{english}\n\n> {quoted}.\n") is None
    assert language(quoted) is None
    assert language("Kant: Kritik der reinen Vernunft\n") is None


def test_nothing_of_the_course_nor_code_nor_formulas_is_foreign() -> None:
    assert [document.name for document in course_documents()[0] if foreign_language(document)] == []
    assert [name for name, make in MADE.items() if foreign_language(read_document(name, make()))] == []
    for text in ("$\\alpha \\beta$ λ μ σ Σ δ ε θ " * 40, "| la | de | que |\n|---|---|---|\n| 1 | 2 | 3 |\n", "x = y\n" * 50):
        assert language(text) is None


def test_nothing_of_python_is_foreign() -> None:
    import json

    modules = sorted(file for file in Path(json.__file__).parent.parent.glob("*.py") if file.suffix in SUFFIXES)[:25]
    assert [file.name for file in modules if foreign_language(read_document(file.name, file.read_bytes()))] == []


def test_a_library_says_once_which_documents_its_encoder_does_not_know(tmp_path: Path, encoder_cache: Path) -> None:
    from assistant.building.build import ingest
    from assistant.session import Session

    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "abstieg.md").write_text(TEXTS["German"], "utf-8")
    (tmp_path / "notes" / "descent.md").write_text("The method follows the slope of the loss.\n")
    report = ingest(tmp_path / "library", [tmp_path / "notes"])
    assert [name for name, said in report.notices if "seems to be in German; the encoder knows English" in said] == ["abstieg.md"]
    library = Session(tmp_path / "library")
    assert library.search("Schrittweite", 1)[0].chunk.document == "abstieg.md"
    library.close()
