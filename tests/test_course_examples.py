"""Every number that a worked example of the starter course prints is computed again here, from the inputs that the example states."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
import worked_learning
import worked_mathematics
import worked_networks
import worked_systems
from worked import Vector, at, sigmoid, softmax, vector

COURSE = Path(__file__).parent.parent / "data" / "course"
COMPUTED_SECTIONS = ("Worked example", "Why divide by the square root of d")


def computed_text(note: str) -> str:
    sections = re.split(r"^## +(.*)$", (COURSE / f"{note}.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    texts = dict(zip(sections[1::2], sections[2::2], strict=True))
    return "\n".join(texts[name] for name in COMPUTED_SECTIONS if name in texts)


def stands_in(text: str, number: str) -> bool:
    return re.search(rf"(?<![\d.,]){re.escape(number)}(?!\d|[.,]\d)", text) is not None


def decimals(text: str) -> Iterator[str]:
    return (found.group() for found in re.finditer(r"\d[\d,]*\.\d+", text))


def example_dot_product() -> list[str]:
    a, b = vector(1, 2, 3), vector(4, -5, 6)
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    return [*at(0, a, b, a * b, a @ b, a @ a, b @ b), *at(3, *lengths, a @ b / (lengths[0] * lengths[1]))]


def example_matrix_multiplication() -> list[str]:
    a, b = np.array([[1, 2], [3, 4]]), np.array([[5, 6], [7, 8]])
    return at(0, a, b, a @ b, b @ a)


def example_probability() -> list[str]:
    rolls = list(product(range(1, 7), repeat=2))
    seven = [roll for roll in rolls if sum(roll) == 7]
    ten = [roll for roll in rolls if sum(roll) >= 10]
    first_six = [roll for roll in rolls if roll[0] == 6]
    both = [roll for roll in ten if roll[0] == 6]
    sevens_after_six = [roll for roll in seven if roll[0] == 6]
    counts = at(0, len(rolls), len(seven), len(ten), len(first_six), len(both))
    assert len(sevens_after_six) / len(first_six) == pytest.approx(len(seven) / len(rolls))
    return [*counts, *at(3, len(seven) / len(rolls), len(ten) / len(rolls)), *at(1, len(both) / len(first_six))]


def example_expected_value() -> list[str]:
    faces = np.arange(1, 7)
    bet = 5 * (1 / 6) - 1 * (5 / 6)
    return [*at(0, faces.sum(), (faces**2).sum(), bet), *at(1, faces.mean()), *at(3, (faces**2).mean()), *at(2, faces.mean() ** 2)]


def example_variance() -> list[str]:
    faces = np.arange(1, 7)
    variance = faces.var()
    return [*at(1, faces.mean()), *at(2, faces.mean() ** 2), *at(3, (faces**2).mean(), variance, faces.std(), 2 * variance, variance / 4)]


def example_bayes_rule() -> list[str]:
    prior, sensitivity, false_alarm = 0.01, 0.9, 0.05
    true_positive, false_positive = sensitivity * prior, false_alarm * (1 - prior)
    evidence = true_positive + false_positive
    return [
        *at(2, prior, false_alarm, 1 - prior),
        *at(1, sensitivity),
        *at(4, false_positive, evidence),
        *at(3, true_positive, true_positive / evidence),
    ]


def example_maximum_likelihood() -> list[str]:
    heads, flips = 7, 10
    best = heads / flips

    def score(p: float) -> float:
        return heads * math.log(p) + (flips - heads) * math.log(1 - p)

    grid = np.linspace(0.01, 0.99, 99)
    assert max(grid, key=score) == pytest.approx(best)
    return [*at(0, heads, flips), *at(1, best, 0.5, 0.9, 1 - best, 1 - 0.9), *at(3, score(best), score(0.5), score(0.9))]


def example_entropy() -> list[str]:
    p, coin = vector(0.5, 0.25, 0.25), vector(0.9, 0.1)
    terms = -p * np.log2(p)
    return [*at(1, 0.5, terms, terms.sum(), coin), *at(2, 0.25), *at(3, -(coin @ np.log2(coin))), *at(0, math.log2(4))]


def example_cross_entropy() -> list[str]:
    p, q = vector(0.5, 0.25, 0.25), vector(0.25, 0.25, 0.5)
    terms = -p * np.log2(q)
    gap = terms.sum() + p @ np.log2(p)
    return [
        *at(2, 0.25, terms[2], terms.sum(), gap),
        *at(1, 0.5, terms[:2], -(p @ np.log2(p)), 0.7, 0.1),
        *at(3, -math.log(0.7), -math.log(0.1)),
    ]


def example_kl_divergence() -> list[str]:
    p, q = vector(0.5, 0.5), vector(0.9, 0.1)
    forward, backward = p * np.log(p / q), q * np.log(q / p)
    return [*at(1, p, q), *at(3, forward, forward.sum(), backward, backward.sum())]


def example_gradient() -> list[str]:
    x, y, h = 1.0, 2.0, 0.01

    def f(x: float, y: float) -> float:
        return x**2 + 3 * x * y

    slopes = vector(2 * x + 3 * y, 3 * x)
    return [
        *at(0, f(x, y), slopes, slopes @ slopes),
        *at(3, np.linalg.norm(slopes)),
        *at(2, h, (f(x + h, y) - f(x, y)) / h),
        *at(4, f(x + h, y)),
    ]


def example_chain_rule() -> list[str]:
    x = 2
    u = 3 * x + 1
    slope = 2 * u * 3
    nudged = (3 * 2.001 + 1) ** 2
    return [*at(0, u, u**2, 2 * u, slope), *at(3, 2.001, 3 * 2.001 + 1, (nudged - u**2) / 0.001, 0.001), *at(6, nudged)]


def example_gradient_descent() -> list[str]:
    def descend(rate: float, steps: int) -> list[float]:
        w = [0.0]
        for _ in range(steps):
            w.append(w[-1] - rate * 2 * (w[-1] - 3))
        return w

    slow, wild = descend(0.1, 3), descend(1.1, 2)
    ratio = (slow[2] - 3) / (slow[1] - 3)
    return [*at(1, 0.1, 1.1, slow[1], ratio, wild[1], 3 - slow[1]), *at(2, slow[2], wild[2], 3 - slow[2]), *at(3, slow[3])]


def example_stochastic_gradient_descent() -> list[str]:
    data, rate = vector(1, 2, 6), 0.1
    slopes = 2 * (0 - data)
    batch = slopes[[0, 2]].mean()
    return [*at(0, data, data.mean(), slopes, slopes.mean(), batch), *at(1, rate, -rate * slopes, -rate * slopes.mean(), -rate * batch)]


def example_linear_regression() -> list[str]:
    x, y = vector(1, 2, 3), vector(2, 3, 5)
    dx, dy = x - x.mean(), y - y.mean()
    slope = dx @ dy / (dx @ dx)
    intercept = y.mean() - slope * x.mean()
    left = y - (intercept + slope * x)
    assert [slope, intercept] == pytest.approx(np.polyfit(x, y, 1))
    return [*at(0, x, y, dx @ dx, dx @ dy), *at(1, slope), *at(3, y.mean(), intercept, intercept + slope * x, left, left @ left)]


def example_logistic_regression() -> list[str]:
    w, b, x = vector(2, -1), 0.5, vector(1, 2)
    z = float(w @ x + b)
    p = sigmoid(z)
    w_next, b_next = w - (p - 1) * x, b - (p - 1)
    z_next = float(w_next @ x + b_next)
    return [
        *at(1, b, z),
        *at(3, p, -math.log(p), p - 1, (p - 1) * x, w_next, b_next, z_next, sigmoid(z_next), -math.log(sigmoid(z_next))),
    ]


def example_softmax() -> list[str]:
    z = vector(2, 1, 0)
    p, sharp = softmax(z), softmax(10 * z)
    powers = np.exp(z)
    return [*at(3, powers, powers.sum(), p, p[0] * (1 - p[0])), *at(5, sharp[0], sharp[0] * (1 - sharp[0]))]


def example_neural_network() -> list[str]:
    lines = []
    for a, b in product((0, 1), repeat=2):
        h1, h2 = max(0, a + b), max(0, a + b - 1)
        lines.append(f"| {a} | {b} | {h1} | {h2} | {h1 - 2 * h2} |")
        assert h1 - 2 * h2 == a ^ b
    return lines


def example_backpropagation() -> list[str]:
    x, w1, w2, target = 1.0, 0.5, 2.0, 1.0
    h = math.tanh(w1 * x)
    y = w2 * h
    slope_y = y - target
    slope_h = slope_y * w2
    slope_w1 = slope_h * (1 - h**2) * x
    step = 1e-6
    bumped = (0.5 * (w2 * math.tanh((w1 + step) * x) - target) ** 2 - 0.5 * slope_y**2) / step
    assert bumped == pytest.approx(slope_w1, rel=1e-4)
    return [*at(1, w1), *at(4, h, y, 0.5 * slope_y**2, slope_y, slope_y * h, slope_h, 1 - h**2, slope_w1)]


def example_vanishing_gradient() -> list[str]:
    steepest = sigmoid(0) * (1 - sigmoid(0))
    return [*at(2, steepest), *at(6, steepest**5), *at(8, steepest**10), *at(1, 1.5, 1.5**10)]


def example_overfitting() -> list[str]:
    x, y = vector(0, 1, 2, 3), vector(0.1, 0.9, 2.2, 2.8)
    line, cubic = np.polyfit(x, y, 1), np.polyfit(x, y, 3)
    far, bent = np.polyval(line, 4), np.polyval(cubic, 4)
    assert np.polyval(cubic, x) == pytest.approx(y)
    error = np.mean((np.polyval(line, x) - y) ** 2)
    return [*at(1, y, bent, 4 - bent), *at(2, line, far, 4 - far, (4 - bent) ** 2), *at(4, error, (4 - far) ** 2)]


def example_regularization() -> list[str]:
    x, y = vector(1, 2), vector(2, 4)
    free, mild, strong = (x @ y / (x @ x + penalty) for penalty in (0, 1, 5))
    left = y - mild * x
    return [*at(0, x @ y, x @ x, free, strong), *at(3, mild, left, left @ left)]


def example_adam() -> list[str]:
    rate, b1, b2 = 0.001, 0.9, 0.999
    m1, v1 = (1 - b1) * 0.5, (1 - b2) * 0.5**2
    first = rate * (m1 / (1 - b1)) / math.sqrt(v1 / (1 - b2))
    m2, v2 = b1 * m1 + (1 - b1) * 0.1, b2 * v1 + (1 - b2) * 0.1**2
    m, v = m2 / (1 - b1**2), v2 / (1 - b2**2)
    return [
        *at(3, rate, b2, first, m2),
        *at(1, b1, 0.5, 0.1, m1 / (1 - b1)),
        *at(2, m1, v1 / (1 - b2), 1 - b1**2),
        *at(5, v1),
        *at(8, v2),
        *at(6, 1 - b2**2, rate * m / math.sqrt(v)),
        *at(4, m, v, math.sqrt(v)),
    ]


def example_layer_normalization() -> list[str]:
    x = vector(1, 2, 3, 6)
    assert (x * 10 - (x * 10).mean()) / (x * 10).std() == pytest.approx((x - x.mean()) / x.std())
    return [*at(0, x, x.mean(), x - x.mean()), *at(1, x.var()), *at(3, x.std(), (x - x.mean()) / x.std())]


def example_residual_connection() -> list[str]:
    return [*at(1, 0.1, 1.1, -0.1, 0.9), *at(10, 0.1**10), *at(3, 1.1**10, 0.9**10)]


def example_tokenization() -> list[str]:
    corpus, sizes, bests = {"c a t": 4, "c a t s": 2, "r a t": 3}, [], []
    for _ in range(2):
        sizes.append(sum(len(word.split()) * count for word, count in corpus.items()))
        pairs = Counter[tuple[str, str]]()
        for word, count in corpus.items():
            for pair in pairwise(word.split()):
                pairs[pair] += count
        bests.extend(pairs.most_common(1))
        corpus = {word.replace(" ".join(bests[-1][0]), "".join(bests[-1][0])): count for word, count in corpus.items()}
    sizes.append(sum(len(word.split()) * count for word, count in corpus.items()))
    assert [pair for pair, _ in bests] == [("a", "t"), ("c", "at")]
    return at(0, sizes, [count for _, count in bests])


def example_embedding() -> list[str]:
    cat, dog, car = vector(0.8, 0.6), vector(0.6, 0.8), vector(0.6, -0.8)
    assert [np.linalg.norm(word) for word in (cat, dog, car)] == pytest.approx([1, 1, 1])
    return [*at(1, cat, dog, car), *at(2, cat @ dog, cat[0] * car[0]), *at(0, cat @ car, 50_000, 512, 50_000 * 512)]


def example_language_model() -> list[str]:
    p = vector(0.5, 0.25, 0.125)
    bits = -np.log2(p)
    return [*at(1, 0.5), *at(2, 0.25), *at(3, 0.125), *at(6, p.prod()), *at(0, bits, bits.mean(), 2 ** bits.mean())]


def example_scaled_dot_product_attention() -> list[str]:
    q, keys, values = np.ones(4), np.array([[1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 0, 0]]), np.array([[1, 0], [0, 1], [1, 1]])
    scores = keys @ q
    weights = softmax(scores / 2)
    raw, scaled = sigmoid(16), sigmoid(2)
    assert raw == pytest.approx(softmax([8, -8])[0])
    rng = np.random.default_rng(0)
    products = np.sum(rng.normal(size=(20_000, 64)) * rng.normal(size=(20_000, 64)), axis=1)
    assert products.var() == pytest.approx(64, rel=0.05)
    return [
        *at(0, scores, scores / 2),
        *at(3, weights, weights @ values, softmax(scores), scaled, scaled * (1 - scaled)),
        *at(7, raw, raw * (1 - raw)),
    ]


def example_self_attention() -> list[str]:
    x, w_q = np.eye(2), np.array([[0, 2], [2, 0]])
    scores = (x @ w_q) @ x.T / math.sqrt(2)
    weights = softmax(scores)
    return [*at(0, scores[0, 0]), *at(3, scores[0, 1], weights)]


def example_multi_head_attention() -> list[str]:
    d, heads, length = 512, 8, 10
    return at(0, d, heads, d / heads, d * d, 4 * d * d, length * length, heads * length * length)


def example_positional_encoding() -> list[str]:
    rows = np.array([[math.sin(t), math.cos(t), math.sin(t / 100), math.cos(t / 100)] for t in range(3)])
    assert rows[0] @ rows[1] == pytest.approx(rows[1] @ rows[2])
    return [*at(2, 0.01), *at(0, rows[0]), *at(3, rows[1:], rows[0] @ rows[1])]


def example_transformer() -> list[str]:
    d, wide = 512, 2048
    attention, feed = 4 * d * d, 2 * d * wide
    assert attention + feed == 12 * d * d
    return at(0, d, wide, attention, feed, attention + feed, 6 * (attention + feed))


def example_autoregressive_decoding() -> list[str]:
    z = vector(2, 1, 0)
    plain, cold, hot = softmax(z), softmax(z / 0.5), softmax(z / 2)
    return [*at(3, plain, cold, hot, plain[:2].sum(), plain[:2] / plain[:2].sum()), *at(1, 0.5, 0.9)]


def example_kv_cache() -> list[str]:
    layers, heads, width, size, tokens = 32, 32, 128, 2, 4096
    token = 2 * layers * heads * width * size
    return [
        *at(0, layers, width, tokens, token, token / 2**10, token * tokens / 2**30, token / 4 / 2**10),
        *at(1, token / 4 * tokens / 2**30),
    ]


def example_quantization() -> list[str]:
    def quantized(weights: Vector) -> tuple[float, Vector]:
        scale = float(np.abs(weights).max() / 127)
        return scale, np.round(weights / scale)

    scale, codes = quantized(vector(1.27, -0.503, 0.008))
    coarse, crushed = quantized(vector(12.7, -0.503, 0.008))
    worst = np.abs(scale * codes - vector(1.27, -0.503, 0.008)).max()
    assert worst <= scale / 2
    gigabytes = vector(14, 7, 3.5)
    assert 7e9 * vector(2, 1, 0.5) / 1e9 == pytest.approx(gigabytes)
    return [
        *at(2, scale, 1.27, scale * codes),
        *at(3, -0.503, 0.008, worst, scale / 2),
        *at(0, codes, crushed, 14, 7),
        *at(1, coarse, 12.7, 3.5),
    ]


def example_supervised_fine_tuning() -> list[str]:
    before, after = vector(0.5, 0.8, 0.25), vector(0.9, 0.9, 0.8)
    return [
        *at(1, before[:2], after),
        *at(2, before[2]),
        *at(3, -np.log(before), -np.log(before).mean(), -np.log(after), -np.log(after).mean()),
    ]


def example_lora() -> list[str]:
    d, r = 4096, 8
    b, a = np.array([[1], [2]]), np.array([[0.5, -1]])
    change = b @ a
    assert np.linalg.matrix_rank(change) == 1
    return [*at(0, d, d * d, r, 2 * r * d, change[0, 1], change[1]), *at(2, 100 * 2 * r * d / d**2), *at(1, change[0, 0])]


def example_reinforcement_learning() -> list[str]:
    rewards, discount = [1, 0, 2], 0.9
    returns = [0.0]
    for reward in reversed(rewards):
        returns.append(reward + discount * returns[-1])
    assert returns[3] == pytest.approx(1 + 0 + discount**2 * 2)
    return [*at(0, rewards, returns[1]), *at(1, discount, returns[2]), *at(2, returns[3], discount**2)]


def example_policy_gradient() -> list[str]:
    policy = softmax([0, 0])
    score = vector(1, 0) - policy
    step = policy[0] * 1 * score
    with_baseline = [(reward - 0.5) * (row - policy) for reward, row in ((1, vector(1, 0)), (0, vector(0, 1)))]
    assert with_baseline[0] == pytest.approx(with_baseline[1])
    assert with_baseline[0] == pytest.approx(step)
    return [*at(1, policy, score), *at(2, step), *at(3, softmax(step)[0])]


def example_ppo() -> list[str]:
    old, new = 0.3, 0.45
    ratio = new / old

    def terms(ratio: float, advantage: float) -> list[float]:
        both = [ratio * advantage, min(max(ratio, 0.8), 1.2) * advantage]
        return [*both, min(both)]

    assert [terms(1.5, 2)[2], terms(1.5, -2)[2], terms(0.5, 2)[2]] == pytest.approx([2.4, -3.0, 1.0])
    return [*at(2, old, new, 0.15), *at(1, 0.2, 0.5, 0.8, 1.2, ratio, terms(1.5, 2), terms(1.5, -2), terms(0.5, 2), terms(0.5, -2))]


def example_reward_model() -> list[str]:
    chance = sigmoid(2.0 - 0.5)
    assert chance == pytest.approx(sigmoid(12.0 - 10.5))
    return [*at(1, 2.0, 0.5, 1.5, 12.0, 10.5), *at(3, chance, -math.log(chance), 1 - chance, -math.log(1 - chance))]


def example_rlhf() -> list[str]:
    beta = 0.1
    first, second = 1.5 - beta * (-12 + 20), 1.0 - beta * (-18 + 19)
    best = [softmax(vector(1, 0) / b)[0] for b in (1, 0.1)]
    assert best[0] == pytest.approx(math.e / (math.e + 1))
    return [*at(1, beta, 1.5, 1.0, first, second, beta * 8, beta * 1, 0.5), *at(3, best[0]), *at(5, best[1])]


def example_dpo() -> list[str]:
    beta, gain, loss = 0.1, -10 + 12, -15 + 14
    margin = beta * (gain - loss)
    return [*at(0, gain, loss), *at(1, beta, margin), *at(3, sigmoid(margin), -math.log(sigmoid(margin)), math.log(2), sigmoid(-margin))]


def example_bm25() -> list[str]:
    k1, b, n, df = 1.2, 0.75, 10, 2
    idf = math.log(1 + (n - df + 0.5) / (df + 0.5))

    def part(tf: int, relative_length: float) -> float:
        return tf * (k1 + 1) / (tf + k1 * (1 - b + b * relative_length))

    parts = part(3, 1), part(6, 1), part(3, 2)
    return [*at(1, k1, 8.5, 2.5, 4.4, k1 + 1), *at(2, b), *at(3, idf, *parts, *(idf * p for p in parts))]


def example_dense_retrieval() -> list[str]:
    similarities, temperature = vector(0.8, 0.5, 0.2), 0.1
    weights = softmax(similarities / temperature)
    return [
        *at(1, similarities, temperature),
        *at(0, similarities / temperature, 1_000_000, 384),
        *at(3, weights, -math.log(weights[0]), 1e6 * 384 * 4 / 1e9),
    ]


def example_rag() -> list[str]:
    retrieved, answered = vector(0.7, 0.3), vector(0.9, 0.2)
    return [*at(1, retrieved, answered), *at(2, retrieved * answered, retrieved @ answered)]


def example_retrieval_evaluation() -> list[str]:
    gains, relevant = [1, 0, 1, 0, 0], 3
    discounts = [1 / math.log2(rank + 1) for rank in range(1, 6)]
    dcg = sum(gain * discount for gain, discount in zip(gains, discounts, strict=True))
    ideal = sum(discounts[:relevant])
    precision, recall = 2 / 5, 2 / 3
    return [
        *at(1, precision, dcg, 2 * precision * recall / (precision + recall), discounts[2]),
        *at(3, recall, discounts[1], ideal, dcg / ideal),
    ]


OTHERS = (worked_learning, worked_mathematics, worked_networks, worked_systems)
EXAMPLES: dict[str, Callable[[], list[str]]] = {
    name.removeprefix("example_").replace("_", "-"): value
    for names in (globals(), *map(vars, OTHERS))
    for name, value in list(names.items())
    if name.startswith("example_")
}


def test_every_note_has_its_example_computed() -> None:
    assert sorted(EXAMPLES) == sorted(path.stem for path in COURSE.glob("*.md"))


@pytest.mark.parametrize("note", sorted(EXAMPLES))
def test_worked_example_prints_what_its_inputs_give_and_no_other_decimal(note: str) -> None:
    text, numbers = computed_text(note), EXAMPLES[note]()
    known = {number.removeprefix("-") for number in numbers}
    assert [number for number in numbers if not stands_in(text, number)] == []
    assert [number for number in decimals(text) if number not in known] == []
