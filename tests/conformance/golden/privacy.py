#!/usr/bin/env python3
"""Writes what the accountants of differential privacy are tested against, by quadrature in 30 digits.

It shares no code with them. With P = (1 - q) N(0, s^2) + q N(1, s^2) and Q = N(0, s^2) (arXiv:1908.10530, section 3):

* renyi-divergence.csv: log(integral of Q (P/Q)^a)/(a - 1), no series;
* epsilon.csv: the epsilon at which max(integral of (P - e^epsilon Q)_+, integral of (Q - e^epsilon P)_+) is delta, for products of
  one or two such pairs, which may be unlike, and of many without sampling, where the pair is N(0, 1) and N(mu, 1) with
  mu^2 = the sum of count/s^2 (Balle & Wang, arXiv:1805.06530, theorem 8).

Usage: tests/conformance/golden/privacy.py (needs mpmath; writes plugins/privacy/src/test/resources)
"""
import pathlib

from mpmath import erfc, exp, inf, linspace, log, mp, mpf, npdf, quad, sqrt

mp.dps = 30
OUT = pathlib.Path(__file__).resolve().parents[3] / "plugins/privacy/src/test/resources/dev/espalier/plugins/privacy"


def cdf(z):
    return erfc(-z / sqrt(mpf(2))) / 2


def ratio(q, s, x):
    return 1 - q + q * exp((2 * x - 1) / (2 * s * s))


def divergence(q, s, a):
    f = lambda x: npdf(x, 0, s) * ratio(q, s, x) ** a
    low, high = -14 * s, a + 14 * s
    return log(quad(f, linspace(low, high, 33))) / (a - 1)


def output(q, s, loss):
    """Where log(P/Q) is this loss."""
    rest = exp(loss) - 1 + q
    return -inf if rest <= 0 else mpf(1) / 2 + s * s * log(rest / q)


def above(q, s, x):
    """P and Q of what is above an output."""
    return (1 - q) * cdf(-x / s) + q * cdf((1 - x) / s), cdf(-x / s)


def curve(q, s, epsilon, removed):
    """Integral of (P - e^epsilon Q)_+, or of (Q - e^epsilon P)_+."""
    if removed:
        x = output(q, s, epsilon)
        p, r = (1, 1) if x == -inf else above(q, s, x)
        return p - exp(epsilon) * r
    x = output(q, s, -epsilon)
    if x == -inf:
        return mpf(0)
    p, r = above(q, s, x)
    return (1 - r) - exp(epsilon) * (1 - p)


def delta(pairs, epsilon, removed):
    (q, s), rest = pairs[0], pairs[1:]
    if not rest:
        return curve(q, s, epsilon, removed)

    def inside(x):
        loss = log(ratio(q, s, x))
        top = npdf(x, 0, s) * (ratio(q, s, x) if removed else 1)
        return top * delta(rest, epsilon - (loss if removed else -loss), removed)

    return quad(inside, linspace(-12 * s, 1 + 12 * s, 41))


def epsilon(pairs, d):
    def of(removed):
        f = lambda e: log(delta(pairs, e, removed) / d)
        low, high = mpf(0), mpf(1)
        if f(low) <= 0:
            return mpf(0)
        while True:
            value = delta(pairs, high, removed)
            if value <= d:
                break
            low, high = high, high * 2
        for _ in range(40):
            middle = (low + high) / 2
            if delta(pairs, middle, removed) > d:
                low = middle
            else:
                high = middle
        return (low + high) / 2

    return max(of(True), of(False))


def gaussian(mu, d):
    f = lambda e: log((cdf(mu / 2 - e / mu) - exp(e) * cdf(-mu / 2 - e / mu)) / d)
    low, high = mpf(0), mpf(1)
    while f(high) > 0:
        high *= 2
    for _ in range(90):
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) > 0 else (low, middle)
    return high


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    lines = ["# origin: quadrature in 30 digits, tests/conformance/golden/privacy.py", "rate,noise,order,divergence"]
    for q in ("0.04", "0.5", "0.001", "0.999"):
        for s in ("1.5", "0.5", "8"):
            for a in ("1.01", "1.5", "2", "2.5", "3", "3.95", "7.25", "16", "33.3"):
                lines.append(f"{q},{s},{a},{float(divergence(mpf(q), mpf(s), mpf(a)))!r}")
    (OUT / "renyi-divergence.csv").write_text("\n".join(lines) + "\n")

    mp.dps = 20
    lines = ["# origin: quadrature in 20 digits, tests/conformance/golden/privacy.py", "steps,delta,epsilon"]
    for steps in (["0.5:1"], ["0.04:1.5"], ["0.3:0.4"], ["0.9:3"], ["0.2:1", "0.2:1"], ["0.1:0.7", "0.5:2"]):
        pairs = [tuple(mpf(x) for x in step.split(":")) for step in steps]
        for d in ("1e-3", "1e-6"):
            text = " ".join(step + ":1" for step in steps)
            lines.append(f"{text},{d},{float(epsilon(pairs, mpf(d)))!r}")
    for steps in ("1:4:10", "1:1:1", "1:30:10000", "1:0.3:2", "1:4:10 1:2:3"):
        mu = sqrt(sum(mpf(c) / mpf(s) ** 2 for _, s, c in (step.split(":") for step in steps.split())))
        for d in ("1e-2", "1e-5", "1e-12"):
            lines.append(f"{steps},{d},{float(gaussian(mu, mpf(d)))!r}")
    (OUT / "epsilon.csv").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
