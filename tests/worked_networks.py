"""The worked examples of the course's notes on deep learning and language, computed from the inputs that they state."""

import math
from collections import Counter
from itertools import pairwise, product

import numpy as np
from numpy.typing import ArrayLike
from worked import Vector, at, sigmoid, softmax, vector


def example_activation_function() -> list[str]:
    lines = []
    for z in (-2.0, 0.5, 3.0):
        s, t = sigmoid(z), math.tanh(z)
        cells = [*at(1, z), *at(3, s, s * (1 - s), t, 1 - t * t), *at(1, max(0.0, z)), *at(0, z > 0)]
        lines.append("| " + " | ".join(cells) + " |")
    assert abs(2 * sigmoid(2 * 0.5) - 1 - math.tanh(0.5)) < 1e-12
    low, mid = sigmoid(-2.0), sigmoid(0.5)
    numbers = at(3, low, low * (1 - low), mid, mid * (1 - mid), sigmoid(3), sigmoid(3) * (1 - sigmoid(3)))
    numbers += at(3, math.tanh(-2), 1 - math.tanh(-2) ** 2, math.tanh(0.5), 1 - math.tanh(0.5) ** 2, math.tanh(3), 1 - math.tanh(3) ** 2)
    return [*lines, *numbers, *at(1, -2, 0.5, 3, 0), *at(3, sigmoid(1.0))]


def example_convolutional_layer() -> list[str]:
    image, kernel = np.array([[1, 2, 0], [0, 1, 3], [2, 1, 1]]), np.array([[1, 0], [0, -1]])
    out = [[int((image[r : r + 2, c : c + 2] * kernel).sum()) for c in range(2)] for r in range(2)]
    one = 3 * 3 * 3 + 1
    return [*at(0, out, one, 16 * one, 32 * 32 * 3, 32 * 32 * 16, 32 * 32 * 3 * 32 * 32 * 16)]


def example_convolutional_neural_network() -> list[str]:
    first, second, dense, last = 6 * (25 + 1), 16 * (6 * 25 + 1), 400 * 120 + 120, 120 * 10 + 10
    total = first + second + dense + last
    assert 16 * 5 * 5 == 400
    return [
        *at(0, first, second, 400, dense, last, total, 28 * 28 * 6 * 25, 10 * 10 * 16 * 6 * 25, 400 * 120),
        *at(3, dense / total),
    ]


def example_batch_normalization() -> list[str]:
    x = vector(2, 4, 6, 8)
    z = (x - x.mean()) / x.std()
    mean, variance = 0.9 * 0 + 0.1 * x.mean(), 0.9 * 1 + 0.1 * x.var()
    return [
        *at(0, x, x.mean(), x.var()),
        *at(3, x.std(), z, 2 * z + 1, (6 - mean) / math.sqrt(variance), z[2]),
        *at(1, 0.9, 0.1, mean, variance),
    ]


def example_dropout() -> list[str]:
    h, w = vector(2, 4, 1, 3), vector(1, -1, 2, 1)
    outputs = [float((h * np.array(mask) * 2) @ w) for mask in product((0, 1), repeat=4)]
    assert abs(np.mean(outputs) - h @ w) < 1e-12
    assert abs(np.var(outputs) - ((h * w) ** 2).sum()) < 1e-9
    first, second = float((h * vector(1, 0, 0, 1) * 2) @ w), float((h * vector(0, 1, 1, 0) * 2) @ w)
    return [*at(0, h, w, h @ w, first, second, (first + second) / 2, len(outputs), np.var(outputs)), *at(1, 0.5), *at(3, np.std(outputs))]


def example_weight_initialization() -> list[str]:
    n = 400
    small, big, fit = n * 0.01**2, n * 0.1**2, n * 0.05**2
    return [
        *at(2, 0.01, small, 0.05),
        *at(1, 0.1, math.sqrt(small)),
        *at(10, math.sqrt(small) ** 10),
        *at(0, n, big, math.sqrt(big), math.sqrt(big) ** 10, fit),
        *at(4, math.sqrt(2 / n)),
    ]


def example_recurrent_neural_network() -> list[str]:
    h, states = 0.0, []
    for x in (1, 0, -1):
        h = math.tanh(0.5 * h + x)
        states.append(h)
    slopes = [0.5 * (1 - s * s) for s in states[1:]]
    return [
        *at(1, 0.5),
        *at(3, states, 0.5 * states[0], 0.5 * states[1] - 1, slopes, slopes[0] * slopes[1]),
        *at(0, 256 * 256 + 256 * 128 + 256),
    ]


def example_lstm() -> list[str]:
    forget, write, show, candidate = sigmoid(2), sigmoid(-1), sigmoid(0), math.tanh(1)
    cell = forget * 2 + write * candidate
    one = 256 * 256 + 256 * 128 + 256
    return [
        *at(3, forget, write, candidate, forget * 2, write * candidate, cell, show * math.tanh(cell), forget**20, 0.99**20),
        *at(1, show),
        *at(2, 0.99),
        *at(8, 0.5**20),
        *at(0, one, 4 * one),
    ]


def example_autoencoder() -> list[str]:
    w = vector(0.6, 0.8)
    points = [vector(3, 4), vector(4, 3), vector(4, -3)]
    codes = [float(w @ x) for x in points]
    back = [code * w for code in codes]
    errors = [float(((x - y) ** 2).sum()) for x, y in zip(points, back, strict=True)]
    assert np.allclose(back[0], points[0])
    encoder, decoder = 784 * 32 + 32, 32 * 784 + 784
    return [
        *at(1, w, codes[1]),
        *at(2, back[1], points[1] - back[1], errors[1]),
        *at(0, codes[0], codes[2], errors[0], errors[2], encoder, decoder, encoder + decoder),
    ]


def example_variational_autoencoder() -> list[str]:
    mean, spread, noise, x = 1.0, 0.5, 0.6, 3.0
    z = mean + spread * noise
    back = 2 * z
    fit, kl = 0.5 * (x - back) ** 2, 0.5 * (mean**2 + spread**2 - 1 - math.log(spread**2))
    slope = (back - x) * 2
    grid = np.linspace(-12, 14, 200_001)
    q = np.exp(-0.5 * ((grid - mean) / spread) ** 2) / (spread * math.sqrt(2 * math.pi))
    log_ratio = -0.5 * ((grid - mean) / spread) ** 2 - math.log(spread) + 0.5 * grid**2
    assert abs((q * log_ratio).sum() * (grid[1] - grid[0]) - kl) < 1e-6
    return [
        *at(1, spread, noise, z, back, slope, slope + mean),
        *at(3, kl, fit + kl, -math.log(spread**2)),
        *at(2, fit, spread**2, slope * noise, slope * noise + spread - 1 / spread),
    ]


def example_generative_adversarial_network() -> list[str]:
    real, fake = 0.8, 0.3
    return [
        *at(1, real, fake, 1 - fake, 0.6, 0.2, 0.5),
        *at(3, -math.log(real), -math.log(1 - fake), -math.log(real) - math.log(1 - fake), -math.log(fake), 2 * math.log(2)),
        *at(2, 0.01, 1 - 0.01, 0.6 / (0.6 + 0.2)),
    ]


def example_diffusion_model() -> list[str]:
    kept = 0.9 * 0.8
    noisy = math.sqrt(kept) * 2 + math.sqrt(1 - kept) * -0.5
    guess = -0.4
    clean = (noisy - math.sqrt(1 - kept) * guess) / math.sqrt(kept)
    step = (noisy - 0.2 / math.sqrt(1 - kept) * guess) / math.sqrt(0.8)
    return [
        *at(1, 0.1, 0.2, 0.9, 0.8, -0.5, guess),
        *at(2, kept, 1 - kept, (guess + 0.5) ** 2),
        *at(3, math.sqrt(kept), math.sqrt(1 - kept), math.sqrt(kept) * 2, math.sqrt(1 - kept) * -0.5, noisy, clean, step),
    ]


def example_contrastive_learning() -> list[str]:
    similar = vector(0.9, 0.6, 0.1)
    warm, cold = softmax(similar / 0.5), softmax(similar / 0.1)
    return [
        *at(1, similar, 0.5, similar / 0.5),
        *at(0, similar / 0.1),
        *at(3, warm, -math.log(warm[0]), cold[:2], -math.log(cold[0])),
        *at(4, cold[2]),
        *at(0, cold[1] / cold[2]),
        *at(1, warm[1] / warm[2]),
    ]


def example_n_gram_language_model() -> list[str]:
    corpus = [["<s>", *line.split(), "</s>"] for line in ("I like tea", "I like milk", "you like tea")]
    pairs = Counter(pair for line in corpus for pair in pairwise(line))
    first = Counter(word for line in corpus for word in line[:-1])
    words = Counter(word for line in corpus for word in line[1:])

    def p(word: str, before: str) -> float:
        return pairs[before, word] / first[before]

    sentence = math.prod(p(b, a) for a, b in pairwise(["<s>", "I", "like", "tea", "</s>"]))
    size = len(words)
    assert p("milk", "I") == 0
    return [
        *at(3, p("I", "<s>"), p("tea", "like"), sentence, (2 + 1) / (3 + size), (0 + 1) / (2 + size), words["milk"] / words.total()),
        *at(0, size, words.total(), p("like", "I"), p("</s>", "tea")),
        *at(1, 0.7, 0.3),
        *at(3, 0.7 * 0 + 0.3 * words["milk"] / words.total()),
    ]


def example_word2vec() -> list[str]:
    centre, contexts = vector(1, 0.5), np.array([[0.8, 0.4], [-0.5, 0.2], [0.1, 0.1]])
    scores = contexts @ centre
    p = softmax(scores)
    slope = p @ contexts - contexts[0]
    true, drawn = -math.log(sigmoid(scores[0])), -math.log(sigmoid(-scores[1]))
    return [*at(1, contexts, 0.5, scores[:2]), *at(2, scores[2]), *at(3, p, -math.log(p[0]), slope, true, drawn, true + drawn)]


def example_sequence_to_sequence_model() -> list[str]:
    first = math.tanh(1)
    code = math.tanh(0.5 * first - 1)
    state = math.tanh(0.5 * code)
    p = softmax([2 * state, -2 * state, 0])
    later = vector(0.5, 0.8)
    probability = p[1] * later.prod()
    return [
        *at(1, 0.5, later),
        *at(3, first, code, state, 2 * state, -2 * state, p, -math.log(p[1]), -np.log(later), probability, -math.log(probability) / 3),
    ]


def example_cross_attention() -> list[str]:
    query, keys, values = vector(2, 0), np.array([[1, 0], [0, 1], [1, 1]]), np.array([[1, 0], [0, 1], [0, 2]])
    scores = keys @ query / math.sqrt(2)
    weights = softmax(scores)
    return [*at(0, keys @ query, 7 * 5, 7 * 64), *at(3, scores[[0, 2]], weights, weights @ values)]


def example_perplexity() -> list[str]:
    p = vector(0.2, 0.5, 0.1, 0.8)
    bits = -np.log2(p)
    total = float(bits.sum())
    assert abs(2 ** (total / 4) - math.exp(-np.log(p).mean())) < 1e-9
    assert abs(1 / p.prod() ** 0.25 - 2 ** (total / 4)) < 1e-9
    return [
        *at(1, p),
        *at(3, bits[0], bits[2], bits[3], total, total / 4, 2 ** (total / 4), total / 16, 2 ** (total / 8), p.prod()),
        *at(0, bits[1]),
    ]


def example_beam_search() -> list[str]:
    tree = {"A": (0.5, {"C": 0.4, "D": 0.35, "E": 0.25}), "B": (0.4, {"C": 0.9, "D": 0.1}), "F": (0.1, {"C": 0.5, "D": 0.5})}
    greedy = 0.5 * 0.4
    beams = sorted(tree, key=lambda word: -tree[word][0])[:2]
    assert beams == ["A", "B"]
    found = {first + second: tree[first][0] * p for first in beams for second, p in tree[first][1].items()}
    best = max(found, key=lambda pair: found[pair])
    assert best == "BC"
    everything = {first + second: head * p for first, (head, rest) in tree.items() for second, p in rest.items()}
    assert max(everything.values()) == found[best]
    return [
        *at(1, 0.5, 0.4, 0.1, 0.9, greedy),
        *at(2, 0.35, 0.25, found["BC"], found["BD"]),
        *at(3, found["AD"], found["AE"], math.log(0.3) / 2, math.log(0.2) / 4, math.log(0.3), math.log(0.2)),
        *at(1, 0.3, 0.2),
    ]


def example_bert() -> list[str]:
    chosen = round(0.15 * 200)
    words, places, kinds, blocks = 30_522 * 768, 512 * 768, 2 * 768, 12 * 12 * 768**2
    total = words + places + kinds + blocks
    return at(0, chosen, chosen * 0.8, chosen * 0.1, words, places, kinds, blocks, total)


def example_knowledge_distillation() -> list[str]:
    teacher, student = vector(4, 2, 0), vector(2, 2, 0)
    hard, soft, guess = softmax(teacher), softmax(teacher / 4), softmax(student / 4)
    terms = soft * np.log(soft / guess)
    step = 1e-6
    bumped = softmax((student + vector(step, 0, 0)) / 4)
    slope = ((soft * np.log(soft / bumped)).sum() - terms.sum()) / step
    assert abs(slope - (guess[0] - soft[0]) / 4) < 1e-5
    return [*at(3, hard, soft, guess, terms.sum(), 16 * terms.sum(), soft[0] - guess[0]), *at(1, teacher / 4, student / 4)]


def example_sigmoid_function() -> list[str]:
    odds = 0.8 / 0.2
    raised = math.log(odds) + 1
    assert abs(math.exp(raised) / (1 + math.exp(raised)) - sigmoid(raised)) < 1e-12
    return [
        *at(1, sigmoid(0), 0.8, 0.2),
        *at(2, sigmoid(0) * (1 - sigmoid(0))),
        *at(0, odds),
        *at(3, sigmoid(1), sigmoid(-1), sigmoid(4), sigmoid(4) * (1 - sigmoid(4))),
        *at(3, math.log(odds), raised, math.exp(raised), sigmoid(raised)),
    ]


def example_computational_graph() -> list[str]:
    a, b, c = 2, 3, -1
    u = a * b
    v = u + c
    by_v = 2 * v
    nudged = (2.01 * b + c) ** 2
    x = 3
    return [*at(0, u, v, v * v, by_v, by_v * b, by_v * a, x + x + 1), *at(2, 2.01, 0.01, (nudged - v * v) / 0.01), *at(4, nudged)]


def example_position_wise_feed_forward_network() -> list[str]:
    first, second = np.array([[1, -1], [2, 0], [0, 1]]), np.array([[1, 0, 1], [0.5, -1, 0]])
    numbers = []
    for token in (vector(1, -1), vector(0, 2)):
        sums = first @ token
        hidden = np.maximum(sums, 0)
        numbers += at(0, sums, hidden, second @ hidden)
    return [*numbers, *at(1, 0.5), *at(0, 2 * 512 * 2048, 512 + 2048, 3 * 512 * 1365)]


def example_causal_mask() -> list[str]:
    scores = np.array([[1, 2, 3], [0, 1, 0], [2, 0, 1]], dtype=np.float64)
    weights = softmax_rows(np.where(np.tril(np.ones((3, 3))) > 0, scores, -np.inf))
    assert weights[0].tolist() == [1, 0, 0]
    pairs = [sum(range(1, n + 1)) for n in (4, 1000)]
    return [*at(3, softmax(scores[0]), weights[1, :2], weights[2]), *at(0, weights[0], 16, pairs, 1000 * 1000)]


def softmax_rows(scores: ArrayLike) -> Vector:
    return np.array([softmax(row) for row in np.asarray(scores)])


def example_neural_language_model() -> list[str]:
    context = vector(0.5, 1.0)
    hidden = math.tanh(context.sum())
    scores = vector(0, -1, 2) * hidden
    p = softmax(scores)
    table, middle, last = 10_000 * 100, 400 * 200 + 200, 200 * 10_000 + 10_000
    return [
        *at(1, context, context.sum(), -1.0),
        *at(3, hidden, scores[1:], p, -math.log(p[2])),
        *at(0, table, middle, last, table + middle + last),
    ]


def example_representation_learning() -> list[str]:
    inputs = [(0, 0), (0, 1), (1, 0), (1, 1)]
    codes = [(max(0, a + b), max(0, a + b - 1)) for a, b in inputs]
    lines = [f"| ({a}, {b}) | {a ^ b} | ({c}, {d}) |" for (a, b), (c, d) in zip(inputs, codes, strict=True)]
    assert [int(c - 2 * d > 0.5) for c, d in codes] == [a ^ b for a, b in inputs]
    return [*lines, *at(1, 0.5), *at(3, math.dist(inputs[1], inputs[2]), math.dist(inputs[0], inputs[3]), math.dist(codes[0], codes[3]))]
