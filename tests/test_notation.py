import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.text.notation import fold, tokens


@pytest.mark.parametrize(
    ("texts", "common"),
    [
        (["sqrt d", "√d", r"\sqrt{d_k}", "sqrt(d_k)", "√d_k", "√(dₖ)", "the square root of d", "Square-root d"], {"sqrt", "d"}),
        (["lambda", "λ", r"\lambda", r"$\lambda$", "Λ"], {"lambda"}),
        (["KL(p||q)", r"$D_{KL}(P \| Q)$", "D_KL(P ‖ Q)", r"\text{KL}(p \parallel q)"], {"kl", "p", "q"}),
        (["kv cache", "kv-cache", "KVCache", "KV cache", "kv_cache"], {"kv", "cache"}),
        (["L2", "$L_2$", "L₂", "ℓ₂"], {"l2"}),
        (["x²", "x^2", "$x^{2}$"], {"x", "2"}),
        (["naïve Bayes’", "naive bayes"], {"naive", "bayes"}),
        (["BatchNorm", "batch norm", "batch-norm"], {"batch", "norm"}),
        (["n-gram", "ngram"], {"ngram"}),
        (["ε-greedy", r"\varepsilon-greedy", "epsilon greedy"], {"epsilon", "greedy"}),
    ],
)
def test_notations_meet(texts: list[str], common: set[str]) -> None:
    for text in texts:
        assert common <= set(tokens(text)), text


@pytest.mark.parametrize("text", ["a-'s", "x's-'s", "-'s'-", "year-old's-"])
def test_no_token_is_empty(text: str) -> None:
    assert "" not in tokens(text)


def test_decimals_stay_whole_and_words_are_lowered() -> None:
    assert tokens("Dropout p=0.1, lr 3e-4 (GPT-2's)") == ["dropout", "p", "0.1", "lr", "3e", "4", "3e4", "gpt", "2"]


def test_names_with_odd_capitals_stay_whole() -> None:
    assert tokens("LoRA ReLU AdamW") == ["lora", "relu", "adamw"]


def test_fold_unifies_signs_quotes_and_dashes() -> None:
    assert fold("“a” – b ≤ c × d") == '"a" - b <= c * d'


def test_fractions_and_text_commands_give_their_words() -> None:
    assert tokens(r"\frac{\text{Precision}}{n}") == ["precision", "n"]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=120))
def test_any_text_gives_lower_case_tokens_without_spaces(text: str) -> None:
    for token in tokens(text):
        assert token
        assert token == token.lower()
        assert not any(c.isspace() for c in token)
