"""The worked examples of the course's notes on computing, large language models and retrieval, computed from the inputs that they state."""

import math

import numpy as np
from worked import Vector, at, sigmoid, softmax, vector


def example_graph() -> list[str]:
    edges = [(1, 2), (1, 3), (2, 3), (3, 4)]
    a = np.zeros((4, 4))
    for i, j in edges:
        a[i - 1, j - 1] = a[j - 1, i - 1] = 1
    rows = [f"({', '.join(str(int(entry)) for entry in row)})" for row in a]
    return [*rows, *at(0, a.sum(axis=1), a.sum(), (a @ a)[0, 3], 1e6**2), *at(3, len(edges) / math.comb(4, 2))]


def example_big_o_notation() -> list[str]:
    n, rate = 1e6, 1e8
    halvings = math.log2(n)
    return [
        *at(0, math.ceil(halvings), n, n * n, n * n / rate),
        *at(2, halvings, n / rate, n * halvings / 1e6),
        *at(3, n * halvings / rate),
    ]


def example_floating_point() -> list[str]:
    small = np.float32(0.15625)
    bits = int(small.view(np.uint32))
    exponent, fraction = bits >> 23 & 255, (bits & 0x7FFFFF) / 2**23
    assert np.float32(16_777_216) + np.float32(1) == np.float32(16_777_216)
    assert np.spacing(np.float32(16_777_216)) == 2
    assert np.finfo(np.float32).eps == 2**-23
    assert float(np.finfo(np.float16).eps) == 2**-10
    return [
        *at(0, exponent, float(np.finfo(np.float16).max), 2**24),
        *at(2, 1 + fraction, fraction),
        *at(5, float(small), 2**-10),
        *at(8, 2**-23),
        *at(4, 2**-7),
        *at(1, 0.1, 0.2),
        repr(0.1 + 0.2),
    ]


def example_log_sum_exp() -> list[str]:
    x = vector(1000, 1001, 1002)
    shifted = np.exp(x - x.max())
    total = x.max() + math.log(shifted.sum())
    assert np.isfinite(np.exp(np.float32(88.7)))
    assert math.exp(88.8) > float(np.finfo(np.float32).max)
    assert np.allclose(softmax(x), softmax([0, 1, 2]))
    limit = math.log(float(np.finfo(np.float32).max))
    return [
        *at(1, limit),
        *at(0, x, x - x.max()),
        *at(3, shifted[:2], shifted.sum(), math.log(shifted.sum()), total, x - total, softmax(x)),
    ]


def example_roofline_model() -> list[str]:
    n, peak, bandwidth = 4096, 1000, 4
    vector_product = 2 * n * n / (2 * n * n)
    square = 2 * n**3 / (3 * 2 * n * n)
    return [
        *at(0, peak / bandwidth, vector_product, bandwidth * vector_product),
        *at(1, 100 * bandwidth * vector_product / peak, square),
    ]


def example_flash_attention() -> list[str]:
    scores, values = vector(1, 3, 2, 4), vector(10, 20, 30, 40)
    first = np.exp(scores[:2] - 3)
    correction = math.exp(-1)
    second = np.exp(scores[2:] - 4)
    total = correction * first.sum() + second.sum()
    weighted = correction * (first @ values[:2]) + second @ values[2:]
    assert math.isclose(weighted / total, softmax(scores) @ values)
    return [
        *at(
            3,
            first.sum(),
            first @ values[:2],
            correction,
            correction * first.sum(),
            second[0],
            total,
            correction * (first @ values[:2]),
            second[0] * 30,
            weighted,
            weighted / total,
        ),
        *at(0, 4096**2, 4096**2 * 2 / 2**20),
    ]


def example_data_parallelism() -> list[str]:
    gradients = vector(1, 3, 2, 6)
    four, many = 2 * 3 / 4, 2 * 63 / 64
    return [
        *at(0, gradients, gradients.sum(), gradients.mean(), 5e8 * 2 / 1e9),
        *at(1, 0.5, 0.1, 0.5 - 0.1 * gradients.mean(), four),
        *at(2, four / 50),
        *at(5, many),
        *at(3, many / 50),
    ]


def example_large_language_model() -> list[str]:
    layers, width, words = 32, 4096, 32_000
    layer, tables = 12 * width**2, 2 * words * width
    total = layers * layer + tables
    return [*at(0, layer, layers * layer, tables, total), *at(1, total / 1e9, total * 2 / 1e9)]


def example_scaling_law() -> list[str]:
    def terms(n: float, d: float) -> tuple[float, float]:
        return 400 / n**0.34, 410 / d**0.28

    small, wide, large = terms(1e9, 2e10), terms(1e10, 2e10), terms(1e10, 2e11)
    return [
        *at(1, 1.7),
        *at(2, 0.34, 0.28),
        *at(3, small, 1.7 + sum(small), 10**0.34, wide[0], 1.7 + sum(wide), large, 1.7 + sum(large)),
        *at(0, 6 * 20, 1e9, 2e10, 1e10 * 2e11 / (1e9 * 2e10)),
    ]


def example_in_context_learning() -> list[str]:
    raw, prior = vector(0.12, 0.04), vector(0.6, 0.4)
    p = raw / raw.sum()
    quotients = p / prior
    return [
        *at(2, raw, raw.sum(), p, quotients[0]),
        *at(1, prior),
        *at(3, quotients[1], quotients.sum(), quotients[0] / quotients.sum()),
        *at(0, 8 * 60 + 40),
    ]


def example_mixture_of_experts() -> list[str]:
    weights = softmax([2, 1])
    shares = vector(0.5, 0.3, 0.2, 0)
    expert = 3 * 4096 * 14_336
    return [
        *at(3, weights, weights @ vector(3, -1)),
        *at(1, shares[:3]),
        *at(2, shares @ shares, 4 * shares @ shares),
        *at(0, expert, 8 * expert, 2 * expert),
    ]


def example_grouped_query_attention() -> list[str]:
    def token(groups: int) -> int:
        return 2 * 80 * groups * 128 * 2

    context = 8192 / 2**30
    assert math.ceil(9 * 8 / 64) == 2
    return [
        *at(0, token(64), token(64) * context, token(8), token(8) / 2**10, token(1) / 2**10, 8192**2, 8192 * 1024),
        *at(1, token(64) / 2**20, token(8) * context),
        *at(4, token(1) * context),
    ]


def example_speculative_decoding() -> list[str]:
    p, q = vector(0.3, 0.5, 0.2), vector(0.5, 0.3, 0.2)
    accepted = np.minimum(1, p / q)
    rejected = float(q @ (1 - accepted))
    left = np.maximum(0, p - q)
    left /= left.sum()
    assert np.allclose(q * accepted + rejected * left, p)
    rate = float(q @ accepted)
    tokens = (1 - rate**5) / (1 - rate)
    return [
        *at(1, p, q, accepted[0], 1 - accepted[0], rejected, rate, 1 + 4 * 0.05),
        *at(0, left[1]),
        *at(3, tokens),
        *at(2, 0.05, tokens / 1.2),
    ]


def example_inverted_index() -> list[str]:
    documents = {1: "new home sales", 2: "home sales rise", 3: "new car sales", 4: "home loans rise"}
    postings: dict[str, list[int]] = {}
    for number, text in documents.items():
        for term in text.split():
            postings.setdefault(term, []).append(number)
    assert [postings[term] for term in ("home", "sales", "rise")] == [[1, 2, 4], [1, 2, 3], [2, 4]]
    assert sorted(set(postings["home"]) & set(postings["rise"])) == [2, 4]
    assert sorted(set(postings["home"]) - set(postings["sales"])) == [4]
    count = sum(map(len, postings.values()))
    return at(0, count, 1e6 * 200 * 4, 1_000 + 100_000, math.ceil(math.log2(1e5)), 1_000 * math.ceil(math.log2(1e5)))


def example_tf_idf() -> list[str]:
    method, kernel = math.log(1000 / 200), math.log(1000 / 10)
    damped = 1 + math.log(5), 1 + math.log(3)
    return [*at(3, method, kernel, *damped, damped[0] * method, damped[1] * kernel, damped[1] * math.log(10_000 / 10)), *at(0, math.log(1))]


def example_hybrid_retrieval() -> list[str]:
    a, b, c = 1 / 61 + 1 / 63, 1 / 62 + 1 / 61, 1 / 62
    assert b > a > c
    return [*at(5, a, b, c), *at(1, 0.6, 0.5, 0.5 * 1 + 0.5 * 0.6), *at(2, 0.5 * 0.5 + 0.5 * 1)]


def example_matrix_factorization() -> list[str]:
    p, q, user, item, rate = vector(0.5, 1), vector(1, 0.4), 0.2, -0.1, 0.1
    before = 3.5 + user + item + p @ q
    error = 5 - before
    p_next, q_next = p + rate * (error * q - 0.1 * p), q + rate * (error * p - 0.1 * q)
    user_next, item_next = user + rate * (error - 0.1 * user), item + rate * (error - 0.1 * item)
    after = 3.5 + user_next + item_next + p_next @ q_next
    return [
        *at(1, 3.5, user, item, rate, p[0], q[1], p @ q, before, error),
        *at(3, p_next, q_next, user_next, item_next, after, 5 - after),
        *at(0, 50 * 1_100_000, 1e6 * 1e5),
    ]


def example_product_quantization() -> list[str]:
    centroids, x, q = np.eye(2), vector(0.9, 0.1, 0.2, 0.8).reshape(2, 2), vector(0.8, 0.2, 0.1, 0.7).reshape(2, 2)

    def table(parts: Vector) -> Vector:
        return np.asarray(((parts[:, None, :] - centroids[None]) ** 2).sum(axis=2))

    codes = table(x).argmin(axis=1)
    errors, tables = table(x).min(axis=1), table(q)
    estimate = tables[[0, 1], codes].sum()
    return [
        *at(1, x, q),
        *at(0, codes + 1, 768 * 4, 96, 768 * 4 / 96, 256**2, 2 * 256),
        *at(2, errors, errors.sum(), tables, estimate, ((x - q) ** 2).sum()),
    ]


def example_hnsw() -> list[str]:
    query = 6.4
    points = vector(1, 9, 6, 12, 4)
    assert abs(6 - query) < min(abs(4 - query), abs(9 - query))
    return [*at(1, query, np.abs(points - query)), *at(4, 1 / 16), *at(0, 1e6 / 16, 1e6 / 256)]


def example_bradley_terry_model() -> list[str]:
    chance = sigmoid(1.2 - 0.4)
    return [
        *at(1, 1.2, 0.4, 1.2 - 0.4),
        *at(3, chance, -math.log(chance), -math.log(1 - chance), math.log(8 / 2), 1 / (1 + 10**-1), 1 / (1 + 10**-0.25)),
    ]
