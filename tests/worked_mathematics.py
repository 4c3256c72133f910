"""The worked examples of the course's notes on mathematics and probability, computed from the inputs that they state."""

import math
from itertools import product

import numpy as np
from worked import Vector, at, vector


def tail(z: float) -> float:
    """The probability that a standard normal variable exceeds z."""
    return math.erfc(z / math.sqrt(2)) / 2


def example_vector() -> list[str]:
    a, b = vector(3, 1), vector(-1, 2)
    half = (a + b) / 2
    return [*at(0, a, b, a + b, 2 * a, 2 * a - 3 * b, half[0]), *at(1, half[1])]


def example_matrix() -> list[str]:
    a, x = np.array([[1, 2], [3, 4], [5, 6]]), vector(10, 1)
    image = a @ x
    assert image.tolist() == (10 * a[:, 0] + a[:, 1]).tolist()
    return at(0, a, a.shape, a[2, 0], a.T, x, image, (2 * a)[0])


def example_vector_norm() -> list[str]:
    v = vector(3, -4, 12)
    assert (vector(4, -2, 14) - vector(1, 2, 2)).tolist() == v.tolist()
    length = np.linalg.norm(v)
    norms = [np.linalg.norm(v, order) for order in (1, np.inf)]
    return [*at(0, v, v * v, v @ v, length, norms, np.linalg.norm(2 * v)), *at(3, v / length)]


def example_derivative() -> list[str]:
    def f(x: float) -> float:
        return x**2 + 3 * x

    slope = 2 * 2 + 3
    tangent = f(2) + slope * 0.1
    wide, narrow = (f(2.1) - f(2)) / 0.1, (f(2.01) - f(2)) / 0.01
    return [*at(0, f(2), slope), *at(1, 0.1, 2.1, wide, tangent), *at(2, 0.01, f(2.1), 2.01, narrow, f(2.1) - tangent), *at(4, f(2.01))]


def example_partial_derivative() -> list[str]:
    def f(x: float, y: float) -> float:
        return x**2 * y + 2 * y

    along_x, along_y = 2 * 3 * 2, 3**2 + 2
    guess = f(3, 2) + along_x * 0.01 + along_y * 0.02
    bumped = f(3.01, 2)
    return [
        *at(0, f(3, 2), along_x, along_y),
        *at(2, 0.01, 0.02, (bumped - f(3, 2)) / 0.01, guess),
        *at(4, bumped, f(3.01, 2.02)),
    ]


def example_exponential_function() -> list[str]:
    rate = 1.05
    doubling = math.log(2) / math.log(rate)
    assert math.isclose(rate**doubling, 2)
    assert math.isclose((rate**10) ** 2, rate**20)
    return [*at(2, rate, 0.01), *at(3, rate**10, rate**20, doubling, rate**14, math.expm1(0.01) / 0.01), *at(5, math.exp(0.01))]


def example_logarithm() -> list[str]:
    p = vector(0.5, 0.2, 0.1)
    assert math.isclose(np.log(p).sum(), math.log(p.prod()))
    return [*at(1, p), *at(2, p.prod()), *at(3, np.log(p), np.log(p).sum(), math.log(10) / math.log(2)), *at(0, math.log2(32), 2**5)]


def example_jacobian_matrix() -> list[str]:
    def f(x: float, y: float) -> Vector:
        return vector(x**2 * y, x + 3 * y)

    jacobian, h = np.array([[2 * 1 * 2, 1], [1, 3]]), vector(0.1, -0.1)
    for column, step in enumerate(np.eye(2) * 1e-6):
        assert np.allclose((f(1 + step[0], 2 + step[1]) - f(1, 2)) / 1e-6, jacobian[:, column], atol=1e-4)
    change, true = jacobian @ h, f(1.1, 1.9)
    return [
        *at(0, f(1, 2), jacobian, np.linalg.det(jacobian)),
        *at(1, h, change, 1.1, 1.9, f(1, 2) + change, true[1]),
        *at(3, true[0]),
    ]


def example_eigenvalue() -> list[str]:
    a = np.array([[2, 1], [1, 2]])
    values = np.linalg.eigvalsh(a)
    late = np.linalg.matrix_power(a, 5) @ vector(1, 0)
    return at(0, a, a @ vector(1, 1), a @ vector(1, -1), values, values.sum(), np.linalg.det(a), 3**5, late)


def example_singular_value_decomposition() -> list[str]:
    a = np.array([[3, 0], [4, 5]])
    u, s, vt = np.linalg.svd(a)
    layer = s[0] * np.outer(u[:, 0], vt[0])
    assert math.isclose(np.linalg.norm(a - layer), s[1])
    energy = (a**2).sum()
    return [
        *at(0, a, a.T @ a, s**2, a[a != 0] ** 2, energy),
        *at(3, s, abs(vt[0]), abs(u[:, 0])),
        *at(1, layer, s[0] ** 2 / energy),
    ]


def example_conditional_probability() -> list[str]:
    spam, total = 40, 100
    word_spam, word_other = 24, 6
    word = word_spam + word_other
    rest = (spam - word_spam) / (total - word)
    assert math.isclose(word / total * (word_spam / word), spam / total * (word_spam / spam))
    return [
        *at(0, spam, total, word_spam, word_other, word, spam - word_spam, total - word),
        *at(1, word / total, word_spam / word, word_spam / spam, spam / total),
        *at(2, word_spam / total),
        *at(3, rest),
    ]


def example_independence() -> list[str]:
    cards = list(product(range(13), range(4)))
    aces, hearts = [c for c in cards if c[0] == 0], [c for c in cards if c[1] == 0]
    both = [c for c in aces if c in hearts]
    ace, heart, joint = len(aces) / 52, len(hearts) / 52, len(both) / 52
    assert math.isclose(ace * heart, joint)
    return [
        *at(0, len(cards), len(aces), len(hearts)),
        *at(4, ace, joint, ace * 3 / 51, ace * ace),
        *at(2, heart, 0.99),
        *at(3, 0.99**10),
    ]


def example_random_variable() -> list[str]:
    flips = list(product((0, 1), repeat=3))
    share = [sum(sum(f) == k for f in flips) / len(flips) for k in range(4)]
    squares = [(k - 1) ** 2 for k in range(4)]
    other = {y: sum(p for p, square in zip(share, squares, strict=True) if square == y) for y in squares}
    return [*at(0, len(flips), squares), *at(3, share, other[0], other[4]), *at(1, share[2] + share[3], other[1])]


def example_likelihood() -> list[str]:
    def chance(p: float) -> float:
        return p**3 * (1 - p)

    grid = np.linspace(0, 1, 10_001)
    area = float(np.mean([chance(p) for p in grid[:-1] + 0.00005]))  # the midpoint rule
    assert math.isclose(area, 1 / 4 - 1 / 5, rel_tol=1e-6)
    logs = [math.log(chance(p)) for p in (0.5, 0.75, 0.9)]
    return [
        *at(1, 0.5, 0.9, 0.1),
        *at(2, 0.75, 0.25, area),
        *at(4, chance(0.5), chance(0.75), chance(0.9)),
        *at(3, logs, chance(0.75) / chance(0.5)),
    ]


def example_normal_distribution() -> list[str]:
    mean, deviation = 170, 10

    def density(x: float) -> float:
        return math.exp(-(((x - mean) / deviation) ** 2) / 2) / (deviation * math.sqrt(2 * math.pi))

    z = (185 - mean) / deviation
    return [
        *at(0, mean, deviation, 185, deviation**2 / 4, math.sqrt(deviation**2 / 4)),
        *at(1, z),
        *at(4, tail(z), density(170), density(185)),
        *at(3, density(185) / density(170), 1 - 2 * tail(1), 1 - 2 * tail(2)),
    ]


def example_covariance() -> list[str]:
    x, y = vector(1, 2, 3, 4), vector(2, 4, 3, 7)
    products = (x - x.mean()) * (y - y.mean())
    covariance = products.mean()
    assert math.isclose((x + y).var(), x.var() + y.var() + 2 * covariance)
    return [
        *at(1, x.mean(), products[2], products[3], y.var()),
        *at(0, y.mean(), products[0], products[1], products.sum()),
        *at(2, covariance, x.var(), (x + y).var()),
        *at(3, np.corrcoef(x, y)[0, 1], np.cov(x, y)[0, 1]),
    ]


def example_monte_carlo_method() -> list[str]:
    draws, true = vector(0.1, 0.4, 0.5, 0.9), 1 / 3
    squares = draws**2
    spread = math.sqrt(1 / 5 - 1 / 9)
    return [
        *at(1, draws),
        *at(2, squares, squares.sum()),
        *at(4, true, squares.mean(), true - squares.mean(), 1 / 5 - 1 / 9),
        *at(3, spread, spread / 2),
        *at(0, 10_000),
        *at(5, spread / 100),
    ]


def example_confidence_interval() -> list[str]:
    mean, spread, factor = 172, 10, 1.96
    error, finer = spread / math.sqrt(100), spread / math.sqrt(400)
    share = 60 / 100
    wobble = math.sqrt(share * (1 - share) / 100)
    assert math.isclose(2 * tail(factor), 0.05, abs_tol=1e-4)
    return [
        *at(0, mean, spread, error),
        *at(2, factor, mean - factor * error, mean + factor * error, mean - factor * finer, mean + factor * finer),
        *at(1, finer, share),
        *at(3, wobble, share - factor * wobble, share + factor * wobble),
    ]


def example_hypothesis_test() -> list[str]:
    flips, heads, fewer = 100, 62, 58
    mean, spread = flips / 2, math.sqrt(flips / 4)
    z, weak = (heads - mean) / spread, (fewer - mean) / spread
    exact = 2 * sum(math.comb(flips, k) for k in range(heads, flips + 1)) / 2**flips
    return [
        *at(0, flips, heads, fewer, mean, spread**2, spread),
        *at(1, z, weak),
        *at(2, 1.96),
        *at(4, 2 * tail(z), exact, 2 * tail(weak)),
    ]


def example_critical_point() -> list[str]:
    def f(x: float) -> float:
        return x**3 - 3 * x

    roots = np.roots([3, 0, -3])
    bends = 6 * np.sort(roots)
    grid = np.linspace(-2, 3, 5001)
    assert math.isclose(max(map(f, grid)), f(3))
    assert math.isclose(min(map(f, grid)), f(1))
    return [*at(0, roots, bends, f(-1), f(1), f(-2), f(3)), *at(1, 0.9, 1.1), *at(3, f(0.9), f(1.1))]


def example_joint_distribution() -> list[str]:
    table = np.array([[0.24, 0.06], [0.14, 0.56]])
    rain, umbrella = table.sum(axis=1), table.sum(axis=0)
    given = table[:, 0] / rain
    return [*at(2, table, umbrella[0]), *at(1, rain, given), *at(0, table.sum()), *at(3, rain[0] * umbrella[0])]


def example_cosine_similarity() -> list[str]:
    a, b, c, e = vector(3, 4), vector(4, 3), vector(8, 6), vector(30, 0)

    def cosine(x: Vector, y: Vector) -> float:
        return float(x @ y / (np.linalg.norm(x) * np.linalg.norm(y)))

    assert a @ vector(-4, 3) == 0
    return [
        *at(0, a, b, c, e, a @ b, a @ c, a @ e, *map(np.linalg.norm, (a, c, e))),
        *at(2, cosine(a, b), cosine(a, c)),
        *at(1, cosine(a, e)),
        *at(3, np.linalg.norm(a - b), np.linalg.norm(a - c)),
    ]


def example_markov_chain() -> list[str]:
    chain = np.array([[0.9, 0.1], [0.5, 0.5]])
    two, three = (np.linalg.matrix_power(chain, n)[0] for n in (2, 3))
    settled = np.linalg.matrix_power(chain, 200)[1, 0]
    assert math.isclose(settled, 0.5 / 0.6)
    return [*at(1, chain, 0.6), *at(2, two, chain[0, 0] * chain[0, 1]), *at(3, three[0], settled)]
