"""The worked examples of the notes on optimization, classical and reinforcement learning, computed from what they state."""

import math
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from worked import Vector, at, sigmoid, softmax, vector


def bits(*shares: float) -> float:
    p = vector(*[share for share in shares if share > 0])
    return float(-(p @ np.log2(p)))


def example_mean_squared_error() -> list[str]:
    truth, guess = vector(3, 5, 10), vector(4, 5, 7)
    errors = guess - truth

    def losses(guess: ArrayLike) -> Vector:
        off = np.asarray(guess) - truth
        return vector(float(off @ off), float(off @ off) / 3, float(np.abs(off).sum()), float(np.abs(off).mean()))

    model, mean, median = losses(guess), losses(truth.mean()), losses(np.median(truth))
    assert math.isclose(errors.mean() ** 2 + errors.var(), model[1])
    constants = np.linspace(0, 12, 121)
    assert np.isclose(constants[np.argmin([losses(c)[1] for c in constants])], truth.mean())
    assert np.isclose(constants[np.argmin([losses(c)[3] for c in constants])], np.median(truth))
    return [
        *at(0, truth, guess, errors, errors**2, truth.mean(), np.median(truth), mean[0], median[0], mean[2], median[2]),
        *at(3, model[1], math.sqrt(model[1]), model[3], errors.mean(), errors.mean() ** 2, errors.var(), mean[[1, 3]], median[[1, 3]]),
    ]


def example_learning_rate() -> list[str]:
    def walk(rate: float, steps: int = 3) -> list[float]:
        path = [1.0]
        for _ in range(steps):
            path.append(path[-1] - rate * 4 * path[-1])
        return path[1:]

    slow, edge, swing, wild = walk(0.1), walk(0.5), walk(0.4), walk(0.6)
    assert walk(0.25)[0] == 0
    assert edge == [-1, 1, -1]
    best = 2 / 11
    rates = np.linspace(0.001, 0.2, 2000)
    assert abs(rates[np.argmin(np.maximum(abs(1 - rates), abs(1 - 10 * rates)))] - best) < 1e-3
    return [
        *at(1, 0.1, 0.4, 0.5, 0.6, 1 - 0.4, slow[0], swing[0], wild[0], 2 / 10),
        *at(2, 0.25, slow[1], swing[1], wild[1]),
        *at(3, slow[2], swing[2], wild[2], best, 1 - best, 9 / 11),
        *at(0, edge),
    ]


def example_momentum() -> list[str]:
    def velocities(gradients: list[float]) -> list[float]:
        v, out = 0.0, []
        for g in gradients:
            v = 0.9 * v + g
            out.append(v)
        return out

    steady, flip = velocities([1, 1, 1]), velocities([1, -1, 1])
    w, v, path, speeds, pulls = 1.0, 0.0, [], [], []
    for _ in range(4):
        pulls.append(2 * w)
        v = 0.9 * v + 2 * w
        w -= 0.1 * v
        path.append(w)
        speeds.append(v)
    return [
        *at(0, 1, 1 / (1 - 0.9), speeds[0]),
        *at(1, 0.1, 0.9, steady[1], flip[1], path[0], pulls[1], speeds[1]),
        *at(2, steady[2], flip[2], path[1], 0.1 * speeds[1], speeds[2], pulls[2]),
        *at(3, path[2], 0.1 * speeds[2], pulls[3], speeds[3]),
        *at(4, path[3], 0.1 * speeds[3]),
    ]


def example_convex_function() -> list[str]:
    between = 0.25 * -1 + 0.75 * 3
    chord = 0.25 * 1 + 0.75 * 9
    tangent = 1 + 2 * (3 - 1)
    low = np.linalg.eigvalsh(np.array([[2, 3], [3, 2]]))
    assert between**2 <= chord
    assert tangent <= 3**2
    return [*at(2, 0.25, 0.75), *at(0, between, between**2, chord, tangent, 9, -1, 12 * 0 - 4, low)]


def example_mutual_information() -> list[str]:
    joint = np.array([[0.4, 0.1], [0.1, 0.4]])
    product = np.outer(joint.sum(axis=1), joint.sum(axis=0))
    ratios = joint / product
    logs = np.log2(ratios)
    parts = vector(0.8 * logs[0, 0], 0.2 * logs[0, 1])
    info = float((joint * logs).sum())
    assert math.isclose(info, 1 - bits(0.8, 0.2))
    values = vector(-1, 0, 1)
    assert abs(np.corrcoef(values, values**2)[0, 1]) < 1e-12
    return [
        *at(1, joint, joint.sum(axis=0), 0.8, 0.2, ratios[0]),
        *at(2, product[0, 0]),
        *at(3, bits(0.8, 0.2), info, logs[0], parts, bits(1 / 3, 2 / 3)),
        *at(0, bits(0.5, 0.5)),
    ]


def example_learning_rate_schedule() -> list[str]:
    def rate(step: int) -> float:
        return 0.001 * step / 100 if step <= 100 else 0.001 * factor(step)

    def factor(step: int) -> float:
        return 0.5 * (1 + math.cos(math.pi * (step - 100) / 1000))

    decayed = 0.1 * 0.1 ** (65 // 30)
    return [
        *at(3, 0.001, rate(100), factor(350), factor(850), decayed),
        *at(4, rate(50), rate(600)),
        *at(6, rate(350), rate(850)),
        *at(0, rate(1100), 1100),
        *at(1, 0.1),
    ]


def example_cross_validation() -> list[str]:
    x, y = vector(1, 2, 3, 4), vector(1, 2, 2, 4)
    line, flat = np.stack([x, np.ones(4)], axis=1), np.ones((4, 1))

    def judged(design: Vector) -> tuple[Vector, Vector, Vector, Vector]:
        weights: Vector = np.asarray(np.linalg.lstsq(design, y, rcond=None)[0], dtype=np.float64)
        leverage = np.diag(design @ np.linalg.inv(design.T @ design) @ design.T)
        residual = y - design @ weights
        left_out = residual / (1 - leverage)
        for i in range(4):
            rest = np.arange(4) != i
            other = np.linalg.lstsq(design[rest], y[rest], rcond=None)[0]
            assert math.isclose(float(y[i] - design[i] @ other), float(left_out[i]), abs_tol=1e-12)
        return weights, leverage, residual, left_out

    w, h, e, out = judged(line)
    mean, share, gap, missed = judged(flat)
    assert (out @ out) / (e @ e) > 4
    return [
        *at(1, w[0], h, e, out[2], 1 - h),
        *at(0, w[1]),
        *at(2, mean, share, gap),
        *at(3, (e @ e) / 4, out[[0, 1, 3]], (out @ out) / 4, missed, (missed @ missed) / 4),
        *at(4, (gap @ gap) / 4),
    ]


def example_precision_and_recall() -> list[str]:
    def scores(hits: int, marked: int, spam: int = 50) -> Vector:
        precision, recall = hits / marked, hits / spam
        return vector(precision, recall, 2 * precision * recall, precision + recall, 2 * precision * recall / (precision + recall))

    first, bold = scores(30, 40), scores(45, 100)
    true_negative = 1000 - 30 - 10 - 20
    return [
        *at(0, 1000, 50, 40, 30, 40 - 30, 50 - 30, true_negative, 30 + true_negative, 1000 - 50, 100, 45),
        *at(2, first[0], first[3], (30 + true_negative) / 1000, 950 / 1000, bold[0], bold[2]),
        *at(1, first[1:3], bold[1], bold[4]),
        *at(3, first[4]),
    ]


def example_roc_curve() -> list[str]:
    scores, labels = vector(0.9, 0.8, 0.7, 0.6, 0.4, 0.2), np.array([1, 1, 0, 1, 0, 0])
    rises = [(0.0, 0.0), *((float(labels[:k].sum() / 3), float((1 - labels[:k]).sum() / 3)) for k in range(1, 7))]
    pairs = [a > b for a in scores[labels == 1] for b in scores[labels == 0]]
    area = sum((q[1] - p[1]) * (p[0] + q[0]) / 2 for p, q in pairwise(rises))
    assert math.isclose(area, sum(pairs) / len(pairs))
    at_half = scores > 0.5
    assert labels[at_half].sum() == 3
    return [
        *at(1, scores, 0.5),
        *at(3, rises[1][0], rises[2][0], rises[3][1], area, (1 - labels[at_half]).sum() / 3),
        *at(0, len(pairs), sum(pairs), rises[4][0], rises[6]),
    ]


def example_decision_tree() -> list[str]:
    even, pure = bits(4 / 5, 1 / 5), bits(3 / 8, 5 / 8)

    def gini(a: int, b: int) -> float:
        return 1 - (a / (a + b)) ** 2 - (b / (a + b)) ** 2

    gain_a, gain_b = 1 - even, 1 - 0.8 * pure
    assert gain_a > gain_b
    assert gini(4, 1) < 0.8 * gini(3, 5)
    return [
        *at(0, bits(0.5, 0.5), bits(1.0)),
        *at(1, gini(5, 5), 8 / 10),
        *at(3, even, gain_a, pure, 0.8 * pure, gain_b, 0.8 * gini(3, 5)),
        *at(2, gini(4, 1)),
        *at(5, gini(3, 5)),
    ]


def example_random_forest() -> list[str]:
    def spread(rho: float, trees: int) -> float:
        return rho + (1 - rho) / trees

    wrong = 3 * 0.3**2 * 0.7 + 0.3**3
    return [
        *at(1, 0.5, 0.1, 0.9, 0.3, 0.7),
        *at(3, spread(0.5, 100), spread(0.1, 100), wrong, 0.3**3, 0.9**10, math.exp(-1)),
        *at(2, spread(0, 100), 0.3**2),
        *at(4, spread(0.5, 200)),
        *at(0, 100, 200, 10, 16, math.sqrt(16)),
    ]


def example_gradient_boosting() -> list[str]:
    y = vector(1, 2, 6, 7)

    def best_stump(residual: Vector) -> tuple[int, Vector]:
        fits = []
        for cut in (1, 2, 3):
            leaf = np.concatenate([np.full(cut, residual[:cut].mean()), np.full(4 - cut, residual[cut:].mean())])
            fits.append((float(((residual - leaf) ** 2).sum()), cut, leaf))
        _, cut, leaf = min(fits, key=lambda fit: fit[0])
        return cut, leaf

    start = np.full(4, y.mean())
    first_cut, first = best_stump(y - start)
    one = start + 0.5 * first
    second_cut, second = best_stump(y - one)
    two = one + 0.5 * second
    assert first_cut == second_cut == 2
    full = start + first
    return [
        *at(0, y, start[0], y - start, ((y - start) ** 2).sum()),
        *at(1, 0.5, ((y - start) ** 2).mean(), first, full[[0, 2]]),
        *at(2, one, y - one, second, ((y - full) ** 2).mean()),
        *at(4, ((y - one) ** 2).mean()),
        *at(3, two, y - two),
        *at(6, ((y - two) ** 2).mean()),
    ]


def example_k_means() -> list[str]:
    points, centres = vector(1, 2, 4, 7, 9), vector(1, 2)
    history, joined = [], []
    while True:
        distances = np.abs(points[:, None] - centres[None, :])
        cluster = distances.argmin(axis=1)
        joined.append(distances)
        moved = vector(points[cluster == 0].mean(), points[cluster == 1].mean())
        history.append((moved, float(((points - moved[cluster]) ** 2).sum())))
        if np.allclose(moved, centres):
            break
        centres = moved
    assert len(history) == 4
    (c1, s1), (c2, s2), (c3, s3), _ = history
    assert cluster.tolist() == [0, 0, 0, 1, 1]
    return [
        *at(0, points, c1[0], 22, s1, joined[1][1, 0], c3[1]),
        *at(1, c1[1], joined[1][1, 1], c2[0], joined[2][2, 0]),
        *at(3, c2[1], s2, joined[2][2, 1], c3[0], s3, joined[3][2, 0]),
    ]


def example_principal_component_analysis() -> list[str]:
    points = np.array([[2, 1], [1, 2], [-1, -2], [-2, -1]])
    covariance = points.T @ points / 4
    values, vectors = np.linalg.eigh(covariance)
    axis = np.abs(vectors[:, 1])
    along = points @ axis
    back = np.outer(along, axis)
    assert math.isclose(float(((points - back) ** 2).sum() / 4), float(values[0]))
    return [
        *at(0, points, covariance[0, 1], 10, 8),
        *at(
            1,
            covariance[0, 0],
            values,
            covariance @ vector(1, 1),
            covariance @ vector(1, -1),
            values[1] / values.sum(),
            back[0],
            points[0] - back[0],
        ),
        *at(3, axis[0], along[0]),
        *at(1, ((points[0] - back[0]) ** 2).sum()),
    ]


def example_support_vector_machine() -> list[str]:
    w, b = vector(0.5, 0.5), -1.0

    def score(*x: float) -> float:
        return float(w @ vector(*x) + b)

    def hinge(label: int, *x: float) -> float:
        return max(0.0, 1 - label * score(*x))

    length = float(np.linalg.norm(w))
    assert math.isclose(2 / length, float(np.linalg.norm(vector(2, 2))))
    assert np.allclose(0.25 * vector(2, 2) - 0.25 * vector(0, 0), w)
    objective = 0.5 * length**2 + hinge(-1, 1, 2)
    return [
        *at(1, w, score(3, 2), score(1, 2), hinge(-1, 1, 2)),
        *at(0, b, score(2, 2), score(0, 0), hinge(1, 3, 2)),
        *at(3, length, 2 / length),
        *at(2, 0.25, 0.5 * length**2, objective),
    ]


def example_markov_decision_process() -> list[str]:
    chain = np.array([[0.8, 0.2], [1.0, 0.0]])
    rewards = vector(10, -5)
    chance = chain[0, 0] * chain[0, 1] * chain[1, 0]
    total = 10 + 0.9 * 10 + 0.9**2 * -5
    share = 1 / 1.2
    assert np.allclose(vector(share, 1 - share) @ chain, vector(share, 1 - share))
    return [
        *at(0, rewards, 0.9 * 10, chain[0] @ rewards, 4),
        *at(1, 0.8, 0.2, 0.9, 1.2, vector(share, 1 - share) @ rewards),
        *at(2, chance, 0.9**2, total, (chain @ chain)[0, 0]),
        *at(3, share),
    ]


def example_bellman_equation() -> list[str]:
    chain, rewards = np.array([[0.8, 0.2], [1.0, 0.0]]), vector(10, -5)
    good, worn = np.linalg.solve(np.eye(2) - 0.9 * chain, rewards)
    idle = np.linalg.solve(np.eye(2) - 0.9 * np.array([[0.8, 0.2], [0.0, 1.0]]), vector(10, 4))
    assert math.isclose(9.1 / 0.118, good)
    run_once = 4 + 0.9 * worn
    assert run_once < worn
    return [
        *at(1, 0.2, 0.9, 10 - 0.9, 0.9 * 0.2 * idle[1]),
        *at(2, 0.9 * 0.8, 0.9 * 0.2, 1 - 0.9 * 0.8),
        *at(3, 0.72 + 0.18 * 0.9, 1 - 0.882, good, worn, idle[0], run_once),
        *at(0, 10, 4, 5, idle[1]),
    ]


def example_temporal_difference_learning() -> list[str]:
    values, averages = np.zeros(4), np.zeros(3)
    seen, errors, means = [], [], []
    for _ in range(3):
        deltas = []
        for s in range(3):
            delta = (1.0 if s == 2 else 0.0) + values[s + 1] - values[s]
            values[s] += 0.5 * delta
            deltas.append(float(delta))
        averages += 0.5 * (1 - averages)
        seen.append(values[:3].copy())
        errors.append(deltas)
        means.append(float(averages[0]))
    assert errors[0] == [0, 0, 1]
    return [
        *at(1, 0.5, seen[0][2], errors[1][1], errors[1][2], seen[2][1], means[0]),
        *at(2, seen[1][1], seen[1][2], errors[2][0], errors[2][2], means[1]),
        *at(3, seen[2][0], seen[2][2], means[2]),
        *at(0, 0, 1),
    ]


def example_q_learning() -> list[str]:
    def moved(old: float, target: float) -> float:
        return old + 0.5 * (target - old)

    first, sarsa = 1 + 0.9 * max(4, 6), 1 + 0.9 * 4
    right_a, right_b = moved(2, first), moved(6, 10)
    second = 1 + 0.9 * max(4, right_b)
    return [
        *at(1, 0.5, 0.9, first, first - 2, right_a, sarsa, sarsa - 2, moved(2, sarsa), second, moved(right_a, second)),
        *at(0, 2, 4, 6, right_b, second - right_a, 10),
    ]


def example_actor_critic() -> list[str]:
    policy = softmax([0, 0])
    score = vector(1, 0) - policy
    error, other = 0.5 + 0.9 * 2 - 1, -2 + 0.9 * 2 - 1
    step, back = 0.2 * error * score, 0.2 * other * score
    assert math.isclose(softmax(step)[0], sigmoid(2 * step[0]))
    return [
        *at(1, 0.5, 0.9, error, 0.1, policy, score, 0.2, 0.9 * 2, other),
        *at(2, 1 + 0.1 * error, step, back),
        *at(3, softmax(step)[0], softmax(back)[0]),
    ]
