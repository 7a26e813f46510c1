#!/usr/bin/env python3
"""Writes the golden files of the plugins: points of each function from its closed form, in 60 digits.

It shares no code with the plugins: the formulas are typed in again from the cited source, derivatives come from differences in
1200 digits or from the closed form of each piece, and trajectories are run in 60 digits.

Usage: tests/conformance/golden/generate.py (needs mpmath; writes below plugins/*/src/main/resources, and for the samples that are
projects of their own below samples/*/src/main/resources)
"""
import pathlib

import mpmath
from mpmath import mp, mpf

mp.dps = 60
ROOT = pathlib.Path(__file__).resolve().parents[3]
# All exact in f32, so that the same points serve for f32 and f64.
POINTS = [0, 2**-20, 0.125, 0.5, 0.75, 1, 1.1923828125, 1.5, 2, 3, 5, 8, 12.5, 20, 100, 10000, 2**30]
POINTS = sorted({s * x for x in POINTS for s in (-1, 1)})


def text(x):
    """The shortest decimal of the nearest double of an exact value; tiny values to 0 as a double has them."""
    return repr(float(x)) if float(x) != 0 else "0.0"


# What holds beside the points, tried both ways by the rules; ranges end at the minimum in 17 digits.
CLAIMS = {
    "identity": ["range=-inf,inf", "monotone", "odd", "convex", "left=1,0", "right=1,0"],
    "relu": ["range=0,inf", "monotone", "convex", "left=0,0", "right=1,0", "kinks=0"],
    "leaky-relu": ["range=-inf,inf", "monotone", "convex", "left=0.01,0", "right=1,0", "kinks=0"],
    "elu": ["range=-1,inf", "monotone", "convex", "left=0,-1", "right=1,0", "kinks=0"],
    "gelu": ["range=-0.16997120747990369,inf", "left=0,0", "right=1,0"],
    "silu": ["range=-0.27846454276107379,inf", "left=0,0", "right=1,0"],
    "mish": ["range=-0.30884011704926376,inf", "left=0,0", "right=1,0"],
    "softplus": ["range=0,inf", "monotone", "convex", "left=0,0", "right=1,0"],
    "tanh": ["range=-1,1", "monotone", "odd", "left=0,-1", "right=0,1"],
    "sigmoid": ["range=0,1", "monotone", "left=0,0", "right=0,1"],
    "mse": ["convex", "least=0", "zero-at-target", "symmetric", "proper=mean"],
    "mae": ["convex", "least=0", "zero-at-target", "symmetric", "proper=median"],
    "huber": ["convex", "least=0", "zero-at-target", "symmetric"],
    "binary-cross-entropy": ["convex", "least=0", "targets=0,1", "proper=logit"],
    "softmax-cross-entropy": ["convex", "least=0", "proper=log-probabilities"],
    "sgd": [
        "defaults=momentum 0, weight_decay 0",
        "state=",
        "sign-symmetric",
        "translation-invariant",
        "elementwise",
        "permutation-invariant",
        "rotation-invariant",
        "quadratic=0.015,300,5e-5",
        "rosenbrock=0.001,1500,0.25",
        "logistic-regression=0.5,300,1e-5",
        "network=0.1,400,0.015",
    ],
    "adam": [
        "defaults=beta1 0.9, beta2 0.999, epsilon 1e-8",
        "state=mean second_moment",
        "gradient-scale-invariant",
        "sign-symmetric",
        "translation-invariant",
        "elementwise",
        "permutation-invariant",
        "quadratic=0.05,400,1e-6",
        "rosenbrock=0.02,2000,2e-3",
        "logistic-regression=0.05,400,1e-9",
        "network=0.02,400,6e-4",
    ],
    "adamw": [
        "defaults=beta1 0.9, beta2 0.999, epsilon 1e-8, weight_decay 0.01",
        "state=mean second_moment",
        "gradient-scale-invariant",
        "sign-symmetric",
        "elementwise",
        "permutation-invariant",
        "quadratic=0.05,400,1e-6",
        "rosenbrock=0.02,2000,0.01",
        "logistic-regression=0.05,400,5e-5",
        "network=0.02,400,6e-4",
    ],
    "lion": [
        "defaults=beta1 0.9, beta2 0.99, weight_decay 0",
        "state=mean",
        "gradient-scale-invariant",
        "sign-symmetric",
        "translation-invariant",
        "elementwise",
        "permutation-invariant",
        "quadratic=0.002,800,0.4",
        "rosenbrock=0.001,3000,1e-3",
        "logistic-regression=0.005,500,0.008",
        "network=0.003,400,0.05",
    ],
    "rmsprop": [
        "defaults=alpha 0.99, epsilon 1e-8, momentum 0",
        "state=second_moment",
        "gradient-scale-invariant",
        "sign-symmetric",
        "translation-invariant",
        "elementwise",
        "permutation-invariant",
        "quadratic=0.005,400,4e-4",
        "rosenbrock=0.002,2000,0.04",
        "logistic-regression=0.02,400,1e-6",
        "network=0.005,400,3e-3",
    ],
    "adagrad": [
        "defaults=initial_accumulator 0, epsilon 1e-10",
        "state=sum_of_squares",
        "gradient-scale-invariant",
        "sign-symmetric",
        "translation-invariant",
        "elementwise",
        "permutation-invariant",
        "quadratic=0.5,400,2e-7",
        "rosenbrock=0.5,2000,0.03",
        "logistic-regression=0.5,400,1e-9",
        "network=0.1,400,1.5e-3",
    ],
    "beta-gd": [
        "defaults=beta 1",
        "state=",
        "gradient-scale-invariant",
        "sign-symmetric",
        "translation-invariant",
        "permutation-invariant",
        "rotation-invariant",
        "quadratic=0.01,400,0.01",
        "rosenbrock=0.003,2000,0.02",
        "logistic-regression=0.01,400,1e-4",
        "network=0.01,400,0.02",
    ],
    "normalized-spider": [
        "defaults=period 16, large_batch 0",
        "state=estimate previous",
        "sign-symmetric",
        "translation-invariant",
        "permutation-invariant",
        "rotation-invariant",
        "quadratic=0.01,400,0.01",
        "rosenbrock=0.003,2000,0.02",
        "logistic-regression=0.01,400,1e-4",
        "network=0.01,400,0.02",
    ],
    "mars-adamw": [
        "defaults=beta1 0.95, beta2 0.99, epsilon 1e-8, weight_decay 0, gamma 0.025",
        "state=estimator/previous optimizer/mean optimizer/second_moment",
        "sign-symmetric",
        "translation-invariant",
        "permutation-invariant",
        "quadratic=0.02,400,1e-9",
        "rosenbrock=0.005,2000,1e-4",
        "logistic-regression=0.02,400,1e-6",
        "network=0.02,400,5e-4",
    ],
    "mars-lion": [
        "defaults=beta1 0.95, weight_decay 0, gamma 0.025",
        "state=estimator/previous optimizer/mean",
        "sign-symmetric",
        "translation-invariant",
        "permutation-invariant",
        "quadratic=0.005,400,0.05",
        "rosenbrock=0.002,2000,0.02",
        "logistic-regression=0.005,400,1e-3",
        "network=0.005,400,0.01",
    ],
    "mars-shampoo": [
        "defaults=beta1 0.95, vector_beta1 0.9, vector_beta2 0.95, epsilon 1e-8, gamma 0.025, weight_decay 0, vector_weight_decay 0.1, vector_rate 1",
        "state=estimator/previous matrices/mean/layer/weight! others/mean/layer/bias! others/mean/scale! others/mean/nothing! others/second_moment/layer/bias! others/second_moment/scale! others/second_moment/nothing!",
        "sign-symmetric",
        "quadratic=0.005,400,1e-6",
        "rosenbrock=0.005,2000,5e-4",
        "logistic-regression=0.02,400,1e-6",
        "network=0.005,400,2e-4",
    ],
    "sps": [
        "defaults=least 0, longest 1000",
        "state=",
        "sign-symmetric",
        "translation-invariant",
        "permutation-invariant",
        "rotation-invariant",
        "quadratic=1,400,1e-12",
        "rosenbrock=1,2000,1e-12",
        "logistic-regression=0.02,400,2e-3",
        "network=0.5,400,2e-4",
    ],
    "sania-pcg": [
        "defaults=beta2 0.999, least_curvature 1e-3, least 0, tolerance 1e-3, iterations 10, mix 0.7, longest 5",
        "state=curvature",
        "sign-symmetric",
        "translation-invariant",
        "permutation-invariant",
        "quadratic=1,400,1e-12",
        "rosenbrock=1,2000,1e-12",
        "logistic-regression=1,400,1e-12",
        "network=1,400,1e-6",
    ],
    "sania-cubic": [
        "defaults=least 0, vectors 10",
        "state=",
        "sign-symmetric",
        "translation-invariant",
        "permutation-invariant",
        "rotation-invariant",
        "quadratic=1,400,1e-12",
        "rosenbrock=1,2000,1e-12",
        "logistic-regression=1,400,1e-12",
        "network=1,400,1e-6",
    ],
    "sania-adagrad-sqr": [
        "defaults=least 0, longest 1000",
        "state=sum_of_squares",
        "sign-symmetric",
        "translation-invariant",
        "permutation-invariant",
        "quadratic=1,400,205",
        "rosenbrock=1,2000,12",
        "logistic-regression=1,400,1e-9",
        "network=0.5,400,0.01",
    ],
    "sania-adam-sqr": [
        "defaults=beta2 0.999, least 0, longest 1000",
        "state=second_moment",
        "sign-symmetric",
        "translation-invariant",
        "permutation-invariant",
        "quadratic=1,400,0.05",
        "rosenbrock=1,2000,1e-3",
        "logistic-regression=0.5,400,0.05",
        "network=0.5,400,2e-3",
    ],
    "sania-hutchinson": [
        "defaults=beta2 0.999, least_curvature 1e-3, least 0, longest 1000",
        "state=curvature",
        "sign-symmetric",
        "translation-invariant",
        "permutation-invariant",
        "quadratic=1,400,1e-12",
        "rosenbrock=1,2000,0.1",
        "logistic-regression=1,400,1e-9",
        "network=1,400,5e-3",
    ],
    "adadagrad": [
        "defaults=initial_accumulator 0, epsilon 1e-10, eta 0.5, theta 0.9, nu 5.84, largest_batch 0",
        "state=sum_of_squares",
        "gradient-scale-invariant",
        "sign-symmetric",
        "translation-invariant",
        "elementwise",
        "permutation-invariant",
        "quadratic=0.5,400,2e-7",
        "rosenbrock=0.5,2000,0.03",
        "logistic-regression=0.5,400,1e-9",
        "network=0.1,400,1.5e-3",
    ],
    "adadagrad-norm": [
        "defaults=initial_accumulator 0, epsilon 1e-10, eta 0.5, theta 0.9, nu 5.84, largest_batch 0",
        "state=sum_of_squares!",
        "gradient-scale-invariant",
        "sign-symmetric",
        "translation-invariant",
        "permutation-invariant",
        "rotation-invariant",
        "quadratic=1,400,0.05",
        "rosenbrock=1,2000,0.02",
        "logistic-regression=1,400,1e-9",
        "network=1,400,0.01",
    ],
    "accelerated-sgd": [
        "defaults=ratio 10, beta 0.05, tail_from 0",
        "state=long average",
        "sign-symmetric",
        "translation-invariant",
        "elementwise",
        "permutation-invariant",
        "rotation-invariant",
        "quadratic=0.001,400,0.2",
        "rosenbrock=0.001,2000,5",
        "logistic-regression=0.1,400,2e-3",
        "network=0.1,400,0.02",
    ],
    "u-dog": [
        "defaults=reach 1e-6",
        "state=origin leading average distance! omega! weight! largest! differences!",
        "sign-symmetric",
        "permutation-invariant",
        "rotation-invariant",
        "quadratic=1,400,1e-5",
        "rosenbrock=1,2000,1e-4",
        "logistic-regression=1,400,1e-10",
        "network=1,400,3e-4",
    ],
    "prox-prox": [
        "defaults=share 0.25, steps 5, inner 0.5",
        "state=",
        "sign-symmetric",
        "translation-invariant",
        "elementwise",
        "permutation-invariant",
        "rotation-invariant",
        "quadratic=0.01,400,1e-3",
        "rosenbrock=0.001,2000,0.2",
        "logistic-regression=1,400,1e-9",
        "network=0.1,400,0.03",
    ],
    "coordinate-clipping": [
        "defaults=threshold 0, share 0.1",
        "state=",
        "sign-symmetric",
        "translation-invariant",
        "permutation-invariant",
        "quadratic=0.01,400,1e-3",
        "rosenbrock=0.001,2000,0.2",
        "logistic-regression=0.5,400,1e-5",
        "network=0.05,400,0.05",
    ],
    "clipped-sgd": [
        "defaults=momentum 0, weight_decay 0, threshold 0, share 0.1",
        "state=",
        "sign-symmetric",
        "translation-invariant",
        "permutation-invariant",
        "quadratic=0.01,400,1e-3",
        "rosenbrock=0.001,2000,0.2",
        "logistic-regression=0.5,400,1e-5",
        "network=0.05,400,0.05",
    ],
    "clipped-adam": [
        "defaults=beta1 0.9, beta2 0.999, epsilon 1e-8, threshold 0, share 0.1",
        "state=0/mean 0/second_moment",
        "gradient-scale-invariant",
        "sign-symmetric",
        "translation-invariant",
        "permutation-invariant",
        "quadratic=0.05,400,1e-5",
        "rosenbrock=0.05,2000,1e-4",
        "logistic-regression=0.05,400,1e-9",
        "network=0.02,400,1e-3",
    ],
    "adahessian": [
        "defaults=beta1 0.9, beta2 0.999, epsilon 1e-4, power 1, block 1, weight_decay 0",
        "state=mean second_moment",
        "sign-symmetric",
        "translation-invariant",
        "elementwise",
        "permutation-invariant",
        "quadratic=0.3,400,1e-9",
        "rosenbrock=1,400,1.2",
        "logistic-regression=0.3,400,1e-9",
        "network=1,400,1e-3",
    ],
    "sophia-h": [
        "defaults=beta1 0.96, beta2 0.99, gamma 0.01, epsilon 1e-12, interval 10, weight_decay 0.2",
        "state=mean hessian",
        "sign-symmetric",
        "elementwise",
        "quadratic=0.01,400,3e-4",
        "rosenbrock=0.01,400,0.06",
        "logistic-regression=0.01,400,1e-6",
        "network=0.01,400,5e-4",
    ],
    "sophia-g": [
        "defaults=beta1 0.96, beta2 0.99, gamma 0.05, epsilon 1e-12, interval 10, weight_decay 0.2",
        "state=mean hessian",
        "sign-symmetric",
        "elementwise",
        "permutation-invariant",
        "quadratic=0.03,400,3e-5",
        "rosenbrock=0.03,400,0.3",
        "logistic-regression=0.03,400,4e-5",
        "network=0.03,400,2e-3",
    ],
    "m-fac": [
        "defaults=window 32, damping 0.1, momentum 0.9, weight_decay 0",
        "state=gradients products! velocity",
        "sign-symmetric",
        "translation-invariant",
        "permutation-invariant",
        "rotation-invariant",
        "quadratic=0.1,400,0.5",
        "rosenbrock=0.01,400,1e-3",
        "logistic-regression=0.01,400,1e-9",
        "network=0.03,400,1e-4",
    ],
    "k-fac": [
        "defaults=decay 0.95, damping 1e-2, inverse_interval 10, fallback_factor 1, momentum 0.9, weight_decay 0",
        "state=factor/layer/weight/in! factor/layer/weight/out! factor/layer/bias/in! factor/layer/bias/out! "
        "factor/scale/in! factor/scale/out! inverse/layer/weight/in! inverse/layer/weight/out! inverse/layer/bias/in! "
        "inverse/layer/bias/out! inverse/scale/in! inverse/scale/out! velocity fallback/second_moment/nothing!",
        "sign-symmetric",
        "translation-invariant",
        "quadratic=0.03,400,1e-9",
        "rosenbrock=0.03,400,2e-3",
        "logistic-regression=0.03,400,1e-9",
        "network=0.003,400,3e-3",
    ],
    "shampoo": [
        "defaults=decay 0.95, epsilon 1e-6, ridge 1e-6, root_interval 10, block 64, grafting_beta2 0.999, "
        "grafting_epsilon 1e-8, momentum 0.9, weight_decay 0",
        "state=statistic/layer/weight/0! statistic/layer/weight/1! statistic/layer/bias/0! statistic/scale/0! "
        "root/layer/weight/0! root/layer/weight/1! root/layer/bias/0! root/scale/0! grafting/second_moment velocity",
        "sign-symmetric",
        "translation-invariant",
        "quadratic=0.01,400,1e-9",
        "rosenbrock=0.03,400,2e-3",
        "logistic-regression=0.03,400,1e-9",
        "network=0.003,400,3e-4",
    ],
    "oasis": [
        "defaults=beta 0.999, least 1e-3, initial_rate 1e-4, first_probes 10",
        "state=diagonal before eta! ratio!",
        "sign-symmetric",
        "translation-invariant",
        "quadratic=1,400,1e-9",
        "rosenbrock=1,400,0.5",
        "logistic-regression=1,400,1e-9",
        "network=1,400,0.01",
    ],
    "bell-curve": ["range=0,1", "even", "left=0,0", "right=0,0"],
    "pseudo-huber": ["convex", "least=0", "zero-at-target", "symmetric"],
    "sign-momentum": [
        "defaults=momentum 0.9",
        "state=mean",
        "gradient-scale-invariant",
        "sign-symmetric",
        "translation-invariant",
        "elementwise",
        "permutation-invariant",
        "quadratic=0.002,800,0.5",
        "rosenbrock=0.001,3000,0.01",
        "logistic-regression=0.005,500,0.01",
        "network=0.003,400,0.05",
    ],
    "ada-delta": [
        "defaults=decay 0.95, epsilon 1e-6",
        "state=squared_directions squared_gradients",
        "sign-symmetric",
        "translation-invariant",
        "elementwise",
        "permutation-invariant",
        "quadratic=1,400,1",
        "rosenbrock=1,2000,1",
        "logistic-regression=1,400,0.1",
        "network=1,400,0.1",
    ],
    "linear": ["decreasing"],
    "cosine": ["decreasing"],
    "zeros": ["distribution=constant"],
    "ones": ["distribution=constant"],
    "normal": ["distribution=normal"],
    "uniform": ["distribution=uniform"],
    "xavier-uniform": ["distribution=uniform"],
    "xavier-normal": ["distribution=normal"],
    "kaiming-uniform": ["distribution=uniform"],
    "kaiming-normal": ["distribution=normal"],
}


SAMPLES = {
    "bell-curve": "third-party-plugin",
    "pseudo-huber": "third-party-loss",
    "sign-momentum": "third-party-optimizer",
    "ada-delta": "third-party-preconditioner",
}


def write(family, name, origin, lines):
    folder = f"plugins/{family}/src/main/resources/dev/espalier/plugins/{family.replace('-', '')}"
    if name in SAMPLES:
        folder = f"samples/{SAMPLES[name]}/src/main/resources/com/example/{name.replace('-', '')}"
    path = ROOT / folder / f"{name}.golden.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    head = [f"# origin: {line}" for line in origin]
    # The schedule constant has no claim, the initializer has one.
    claims = ["distribution=constant"] if (family, name) == ("initializers", "constant") else CLAIMS.get(name, [])
    head += [f"# claim: {line}" for line in claims]
    path.write_text("\n".join(head + lines) + "\n")


# Activations: value and three derivatives; the third says how well the second is conditioned.


def smooth(f):
    def derivatives(x):
        # Differences in so many digits that their error is far below what a double resolves, or 0.
        with mp.workdps(1200):
            h = mpf(10) ** -100
            d = [f(mpf(x) + k * h) for k in (-2, -1, 0, 1, 2)]
            found = [
                d[2],
                (d[0] - 8 * d[1] + 8 * d[3] - d[4]) / (12 * h),
                (-d[0] + 16 * d[1] - 30 * d[2] + 16 * d[3] - d[4]) / (12 * h**2),
                (-d[0] + 2 * d[1] - 2 * d[3] + d[4]) / (2 * h**3),
            ]
            largest = max(abs(v) for v in found)
            return [v if abs(v) > largest * mpf(10) ** -150 else mpf(0) for v in found]

    return derivatives


def logistic(x):
    return 1 / (1 + mpmath.exp(-x))


def softplus(x):
    return mpmath.log1p(mpmath.exp(x)) if x < 0 else x + mpmath.log1p(mpmath.exp(-x))


def gelu_erf(x):
    return x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2


def gelu_tanh(x):
    u = mpmath.sqrt(2 / mpmath.pi) * (x + mpf("0.044715") * x**3)
    # 1 + tanh(u) = 2 / (1 + e^(-2u)), without its cancellation.
    return x / (1 + mpmath.exp(-2 * u))


def mish(x):
    # tanh(log(1 + y)) = (y^2 + 2y) / (y^2 + 2y + 2), y = e^x: algebra instead of the composition.
    y = mpmath.exp(x)
    return x * (y * y + 2 * y) / (y * y + 2 * y + 2)


def leaky(slope):
    return lambda x: [x, 1, 0, 0] if x > 0 else [slope * x, slope, 0, 0]


def elu(alpha):
    return lambda x: (
        [x, 1, 0, 0] if x > 0 else [alpha * mpmath.expm1(x)] + 3 * [alpha * mpmath.exp(x)]
    )


def bell(width):
    return lambda x: mpmath.exp(-((x / width) ** 2))


def activation(name, origin, sections):
    lines = []
    for settings, derivatives in sections:
        lines += [f"# set: {settings}".rstrip(), "x,value,first,second,third"]
        for x in POINTS:
            lines.append(",".join([text(x)] + [text(d) for d in derivatives(mpf(x))]))
    write("activations", name, origin, lines)


def activations():
    form = "derivatives by differences of step 1e-100 in 1200 digits"
    activation("identity", ["the definition x"], [("", lambda x: [x, 1, 0, 0])])
    activation("relu", ["max(x, 0), Nair & Hinton 2010; derivative 0 at 0"], [("", leaky(mpf(0)))])
    activation(
        "leaky-relu",
        ["x > 0 ? x : slope*x, Maas et al. 2013; derivative slope at 0"],
        [("", leaky(mpf("0.01"))), ("slope=0.25", leaky(mpf("0.25")))],
    )
    activation(
        "elu",
        ["x > 0 ? x : alpha*(e^x - 1), arXiv:1511.07289; at 0 the derivatives from the left"],
        [("", elu(mpf(1))), ("alpha=1.5", elu(mpf("1.5")))],
    )
    activation(
        "gelu",
        ["x*Phi(x), Phi by erfc, and 0.5x(1 + tanh(sqrt(2/pi)(x + 0.044715x^3))), arXiv:1606.08415, section 2", form],
        [("", smooth(gelu_erf)), ("form=tanh", smooth(gelu_tanh))],
    )
    activation("silu", ["x/(1 + e^-x), arXiv:1702.03118", form], [("", smooth(lambda x: x * logistic(x)))])
    activation(
        "mish",
        ["x*tanh(softplus(x)), arXiv:1908.08681, as x(y^2 + 2y)/(y^2 + 2y + 2) with y = e^x", form],
        [("", smooth(mish))],
    )
    activation("softplus", ["log(1 + e^x), Dugas et al. 2000", form], [("", smooth(softplus))])
    activation(
        "bell-curve",
        ["e^-(x/width)^2, Broomhead & Lowe 1988", form],
        [("", smooth(bell(1))), ("width=2", smooth(bell(2)))],
    )
    activation("tanh", ["(e^x - e^-x)/(e^x + e^-x)", form], [("", smooth(mpmath.tanh))])
    activation("sigmoid", ["1/(1 + e^-x)", form], [("", smooth(logistic))])


# Losses: predictions and targets of one example a line, its loss, and the gradient in the predictions.


def loss(name, origin, sections):
    lines = []
    for settings, evaluate, examples in sections:
        lines += [f"# set: {settings}".rstrip(), "predictions,targets,loss,gradient"]
        for predictions, targets in examples:
            value, gradient = evaluate([mpf(p) for p in predictions], [mpf(t) for t in targets])
            cells = [predictions, targets, [value], gradient]
            lines.append(",".join(" ".join(text(x) for x in cell) for cell in cells))
    write("losses", name, origin, lines)


def elementwise(term, slope):
    def evaluate(predictions, targets):
        n = len(predictions)
        pairs = list(zip(predictions, targets))
        return sum(term(p, t) for p, t in pairs) / n, [slope(p, t) / n for p, t in pairs]

    return evaluate


def cross_entropy(smoothing):
    def evaluate(logits, targets):
        positions, classes = len(targets), len(logits) // len(targets)
        value, gradient = mpf(0), []
        for i, target in enumerate(targets):
            x = logits[i * classes : (i + 1) * classes]
            q = [(1 - smoothing) * (k == target) + smoothing / classes for k in range(classes)]
            total = sum(mpmath.exp(v) for v in x)
            value -= sum(qk * (v - mpmath.log(total)) for qk, v in zip(q, x)) / positions
            gradient += [(mpmath.exp(v) / total - qk) / positions for qk, v in zip(q, x)]
        return value, gradient

    return evaluate


def losses():
    values = [
        ([0.5, -1.25, 3], [0.25, -1.25, -2]),
        ([1, 2, 3], [1.5, 2.5, 0]),
        ([-10000, 100, 0], [0, -100, 0.0625]),
        ([7], [5]),
        ([0.375], [0.5]),
    ]
    sign = mpmath.sign
    loss(
        "mse",
        ["mean((p - t)^2); gradient 2(p - t)/n"],
        [("", elementwise(lambda p, t: (p - t) ** 2, lambda p, t: 2 * (p - t)), values)],
    )
    loss(
        "mae",
        ["mean(|p - t|); gradient sign(p - t)/n, 0 where equal"],
        [("", elementwise(lambda p, t: abs(p - t), lambda p, t: sign(p - t)), values)],
    )

    def huber(delta):
        return elementwise(
            lambda p, t: (p - t) ** 2 / 2 if abs(p - t) <= delta else delta * (abs(p - t) - delta / 2),
            lambda p, t: min(max(p - t, -delta), delta),
        )

    def pseudo_huber(delta):
        def root(p, t):
            return mpmath.sqrt(1 + ((p - t) / delta) ** 2)

        return elementwise(lambda p, t: delta**2 * (root(p, t) - 1), lambda p, t: (p - t) / root(p, t))

    loss(
        "pseudo-huber",
        ["delta^2(sqrt(1 + (e/delta)^2) - 1), Charbonnier et al. 1997; gradient e/sqrt(1 + (e/delta)^2)"],
        [("", pseudo_huber(mpf(1)), values), ("delta=0.5", pseudo_huber(mpf("0.5")), values)],
    )

    edge = [([1.0, 0.5, -1.0], [0, 0, 0])]
    loss(
        "huber",
        ["Huber 1964: e^2/2 where |e| <= delta, else delta(|e| - delta/2); gradient e limited to [-delta, delta]"],
        [("", huber(mpf(1)), values + edge), ("delta=0.5", huber(mpf("0.5")), values + edge)],
    )
    loss(
        "binary-cross-entropy",
        ["-t log(s) - (1 - t) log(1 - s) with s = 1/(1 + e^-x); gradient s - t over n"],
        [
            (
                "",
                elementwise(
                    lambda x, t: t * softplus(-x) + (1 - t) * softplus(x), lambda x, t: logistic(x) - t
                ),
                [
                    ([0, 1.5, -2], [1, 0, 0.25]),
                    ([12.5, -12.5, 3], [1, 0, 1]),
                    ([20, -20, 0.5], [0, 1, 0.5]),
                    ([10000], [1]),
                    ([10000], [0]),
                    ([-10000], [1]),
                    ([20], [1]),
                    ([-20], [0]),
                ],
            )
        ],
    )
    classes = [
        ([1, 2, 3], [2]),
        ([0.5, -0.25, 4], [0]),
        ([100, 0, -100], [1]),
        ([10000, 0, -10000], [0]),
        ([10000, 0, -10000], [2]),
        ([0, 0, 0], [1]),
        ([1, -1, 0.5, 0.25, 2, -3], [1, 0]),
        ([0, 8, -8, 100, 100, 100], [1, 2]),
    ]
    loss(
        "softmax-cross-entropy",
        ["-sum_k q_k log(softmax(x)_k), arXiv:1512.00567, section 7; gradient (softmax(x) - q)/positions"],
        [
            ("", cross_entropy(mpf(0)), classes),
            ("label_smoothing=0.125", cross_entropy(mpf("0.125")), classes),
        ],
    )


# Optimizers: the trajectory of one parameter under given gradients.

GRADIENTS = [0.5, -1.25, 0.25, 2, -0.0625, 0.75, 0.75, -3, 0.125, 1]


def optimizer(name, origin, sections):
    lines = []
    for settings, rate, start, make in sections:
        lines += [f"# set: {settings}".rstrip(), f"# given: learning_rate={rate},parameter={start}"]
        lines.append("step,gradient,parameter")
        p, direction = mpf(start), make()
        for t, g in enumerate(GRADIENTS):
            p -= mpf(rate) * direction(mpf(g), p, t + 1)
            lines.append(f"{t},{text(g)},{text(p)}")
    write("optimizers", name, origin, lines)


def sgd(mu=0, nesterov=False, decay=0):
    mu, decay = mpf(mu), mpf(decay)

    def make():
        s = {"v": mpf(0)}

        def direction(g, p, t):
            g = g + decay * p
            s["v"] = mu * s["v"] + g
            return g + mu * s["v"] if nesterov else s["v"]

        return direction

    return make


def adam(beta1="0.9", beta2="0.999", epsilon="1e-8", decay=0):
    beta1, beta2, epsilon, decay = mpf(beta1), mpf(beta2), mpf(epsilon), mpf(decay)

    def make():
        history = []

        def direction(g, p, t):
            # The weighted sums of arXiv:1412.6980, section 3, instead of the recurrence.
            history.append(g)
            m = (1 - beta1) * sum(beta1 ** (t - 1 - i) * x for i, x in enumerate(history))
            v = (1 - beta2) * sum(beta2 ** (t - 1 - i) * x * x for i, x in enumerate(history))
            m, v = m / (1 - beta1**t), v / (1 - beta2**t)
            return m / (mpmath.sqrt(v) + epsilon) + decay * p

        return direction

    return make


def lion(beta1="0.9", beta2="0.99", decay=0):
    beta1, beta2, decay = mpf(beta1), mpf(beta2), mpf(decay)

    def make():
        s = {"m": mpf(0)}

        def direction(g, p, t):
            c = beta1 * s["m"] + (1 - beta1) * g
            s["m"] = beta2 * s["m"] + (1 - beta2) * g
            return mpmath.sign(c) + decay * p

        return direction

    return make


def rmsprop(alpha="0.99", epsilon="1e-8", mu=0, centered=False):
    alpha, epsilon, mu = mpf(alpha), mpf(epsilon), mpf(mu)

    def make():
        s = {"v": mpf(0), "a": mpf(0), "b": mpf(0)}

        def direction(g, p, t):
            s["v"] = alpha * s["v"] + (1 - alpha) * g * g
            s["a"] = alpha * s["a"] + (1 - alpha) * g
            v = s["v"] - s["a"] ** 2 if centered else s["v"]
            s["b"] = mu * s["b"] + g / (mpmath.sqrt(v) + epsilon)
            return s["b"]

        return direction

    return make


def adagrad(epsilon="1e-10", start=0):
    def make():
        s = {"s": mpf(start)}

        def direction(g, p, t):
            s["s"] += g * g
            return g / (mpmath.sqrt(s["s"]) + mpf(epsilon))

        return direction

    return make


def sign_momentum(mu="0.9"):
    mu = mpf(mu)

    def make():
        history = []

        def direction(g, p, t):
            history.append(g)
            return mpmath.sign((1 - mu) * sum(mu ** (t - 1 - i) * x for i, x in enumerate(history)))

        return direction

    return make


def ada_delta(rho="0.95", epsilon="1e-6"):
    rho, epsilon = mpf(rho), mpf(epsilon)

    def make():
        gradients, directions = [], []

        def average(values, t):
            return (1 - rho) * sum(rho ** (t - 1 - i) * x * x for i, x in enumerate(values))

        def direction(g, p, t):
            gradients.append(g)
            # The directions so far; today's is not among them yet.
            before = average(directions, t - 1)
            d = mpmath.sqrt((before + epsilon) / (average(gradients, t) + epsilon)) * g
            directions.append(d)
            return d

        return direction

    return make

CURVATURES = [1, 0.5, 2, 0.25, 1, 4, 0.5, 1, 2, 0.125]
BOTH_WAYS = [1, -0.5, 2, 0, 1, 4, -2, 1, -0.125, 0.125]
LOSSES = [1, 0.25, 0.0625, 1.25, 0.5, 0.125, 4, 0.75, 0.03125, 1.5]


class Local:
    """What a step finds: at x the loss is f + g*(x - p) + c/2*(x - p)^2, p where the step begins."""

    def __init__(self, p, g, c, f):
        self.p, self.g, self.c, self.f = p, mpf(g), mpf(c), mpf(f)

    def gradient(self, x):
        return self.g + self.c * (x - self.p)


def steps(name, origin, sections, curvatures=CURVATURES):
    """Trajectories of methods that ask at several points or about the loss: make(start, rate) gives step(t, local) -> p."""
    lines = []
    for settings, rate, start, make in sections:
        lines += [f"# set: {settings}".rstrip(), f"# given: learning_rate={rate},parameter={start}"]
        lines.append("step,gradient,curvature,loss,parameter")
        p = mpf(start)
        step = make(p, mpf(rate))
        for t, (g, c, f) in enumerate(zip(GRADIENTS, curvatures, LOSSES)):
            p = step(t, Local(p, g, c, f))
            lines.append(f"{t},{text(g)},{text(c)},{text(f)},{text(p)}")
    write("optimizers", name, origin, lines)


def beta_gd(beta="1"):
    beta = mpf(beta)
    return lambda: lambda g, p, t: mpmath.sign(g) * abs(g) ** (1 - beta)


def clipped(make, tau):
    tau = mpf(tau)

    def made():
        inner = make()

        def direction(g, p, t):
            u = inner(g, p, t)
            return mpmath.sign(u) * min(abs(u), tau)

        return direction

    return made


def mars(make, beta, gamma="0.025", exact=False, clip=True):
    """c by algorithm 1 with x1 = x0; what an optimizer makes of it is a direction as above."""
    beta, gamma = mpf(beta), mpf(gamma)

    def made(start, rate):
        direction, points, gradients = make(), [start], []

        def step(t, at):
            before = at.gradient(points[max(t - 1, 0)]) if exact else gradients[-1] if gradients else at.g
            c = at.g + gamma * beta / (1 - beta) * (at.g - before)
            c = c / abs(c) if clip and abs(c) > 1 else c
            gradients.append(at.g)
            points.append(at.p - rate * direction(c, at.p, t + 1))
            return points[-1]

        return step

    return made


def alone(make, factor="1"):
    """A direction that nothing corrects, at a share of the rate."""

    def made(start, rate):
        direction = make()
        return lambda t, at: at.p - mpf(factor) * rate * direction(at.g, at.p, t + 1)

    return made


def signed_mean(beta, decay=0):
    """MARS-Lion's direction, the mean as a weighted sum."""
    beta, decay = mpf(beta), mpf(decay)

    def make():
        history = []

        def direction(g, p, t):
            history.append(g)
            return mpmath.sign((1 - beta) * sum(beta ** (t - 1 - i) * x for i, x in enumerate(history))) + decay * p

        return direction

    return make


def spider(period=16):
    def make(start, rate):
        s = {"v": mpf(0), "before": start}

        def step(t, at):
            s["v"] = at.g if t % period == 0 else s["v"] + at.g - at.gradient(s["before"])
            s["before"] = at.p
            return at.p - rate * mpmath.sign(s["v"])

        return step

    return make


def sania(matrix, least=0):
    """matrix(gradients, curvatures) is B; the step is the root of the model's loss, by its quadratic formula."""

    def make(start, rate):
        gradients, curvatures = [], []

        def step(t, at):
            gradients.append(at.g)
            curvatures.append(at.c)
            b = matrix(gradients, curvatures)
            # f - least + g d + b d^2 / 2 = 0 or, where it has no root, the minimum.
            discriminant = at.g**2 - 2 * b * (at.f - least)
            size = (abs(at.g) - mpmath.sqrt(discriminant)) / b if discriminant > 0 else abs(at.g) / b
            return at.p - rate * mpmath.sign(at.g) * size

        return step

    return make


def polyak(matrix, least=0, longest="1000"):
    """Where the line through the loss, f - least + g d, is 0, whatever the matrix is: of one number B cancels."""

    def make(start, rate):
        gradients, curvatures = [], []

        def step(t, at):
            gradients.append(at.g)
            curvatures.append(at.c)
            far = mpf(longest) * abs(at.g) / matrix(gradients, curvatures)
            return at.p - rate * mpmath.sign(at.g) * min((at.f - least) / abs(at.g), far)

        return step

    return make


def identity(gradients, curvatures):
    return 1


def cubic(least=0):
    """The nearest root of f - least + g d + c d^2 / 2, or the minimum: of one number that is the explicit step with B = c."""

    def make(start, rate):
        def step(t, at):
            discriminant = at.g**2 - 2 * at.c * (at.f - least)
            # The root in the form that holds for a straight line too.
            size = 2 * (at.f - least) / (abs(at.g) + mpmath.sqrt(discriminant)) if discriminant > 0 else abs(at.g) / at.c
            return at.p - rate * mpmath.sign(at.g) * size

        return step

    return make


def newton_or_exit(matrix, least=0, mix="0.7", longest="5"):
    """One iteration solves one number; where the curvature is not positive the first direction is g / B."""
    mix, longest = mpf(mix), mpf(longest)

    def make(start, rate):
        gradients, curvatures = [], []
        bent_up = cubic(least)(start, rate)

        def step(t, at):
            gradients.append(at.g)
            curvatures.append(at.c)
            if at.c > 0:
                return bent_up(t, at)
            s = (1 - mix) * at.g / matrix(gradients, curvatures)
            length = longest if at.c == 0 else min(abs((at.f - least) / (at.c * s**2)), longest)
            return at.p - rate * length * s

        return step

    return make


def sum_of_squares(gradients, curvatures):
    return sum(g * g for g in gradients)


def unbiased_squares(beta):
    beta = mpf(beta)

    def matrix(gradients, curvatures):
        n = len(gradients)
        return (1 - beta) * sum(beta ** (n - 1 - i) * g * g for i, g in enumerate(gradients)) / (1 - beta**n)

    return matrix


def curvature_average(beta, least):
    beta, least = mpf(beta), mpf(least)

    def matrix(gradients, curvatures):
        average = mpf(curvatures[0])
        for c in curvatures[1:]:
            average = beta * average + (1 - beta) * c
        return max(abs(average), least)

    return matrix


def accelerated(ratio="10", beta="0.05", tail=0):
    """Points u of arXiv:2311.14222; alpha = 1 / (1 + beta), delta the rate, gamma = ratio * rate."""
    ratio, beta = mpf(ratio), mpf(beta)

    def make(start, rate):
        s = {"v": start}
        alpha = 1 / (1 + beta)

        def step(t, at):
            w = at.p - rate * at.g
            s["v"] = beta * at.p + (1 - beta) * s["v"] - ratio * rate * at.g
            return alpha * w + (1 - alpha) * s["v"]

        return step

    return make


def u_dog(reach="1e-6"):
    """All sums written out, as in the paper's algorithm."""
    reach = mpf(reach)

    def make(start, rate):
        xs, ys, rs, ms, differences = [], [start], [reach * (1 + abs(start))], [], []

        def omega(t):
            return sum(rs[: t + 1])

        def point(t):
            total = sum(omega(k) for k in range(t + 1))
            return (omega(t) * ys[t] + sum(omega(k) * xs[k] for k in range(t))) / total

        def step(t, at):
            alpha = omega(t) / rs[t]
            ms.append((alpha * at.g) ** 2)
            gx = max(ms) + sum(differences)
            xs.append(ys[t] - rate * alpha * rs[t] / mpmath.sqrt(gx) * at.g)
            mean = sum(omega(k) * xs[k] for k in range(t + 1)) / sum(omega(k) for k in range(t + 1))
            g = at.gradient(mean)
            differences.append((alpha * (g - at.g)) ** 2)
            gy = max(ms) + sum(differences)
            ys.append(ys[t] - rate * alpha * rs[t] / mpmath.sqrt(gy) * g)
            rs.append(max([rs[0]] + [abs(z - start) for z in xs + ys]))
            return point(t + 1)

        return step

    return make


def prox_prox(count=5, inner="0.5"):
    """A batch of one example is its own proxy: gradient descent on the proximal point's objective."""
    inner = mpf(inner)

    def make(start, rate):
        def step(t, at):
            z = at.p
            for _ in range(count):
                z -= inner * rate * (at.gradient(z) + (z - at.p) / rate)
            return z

        return step

    return make


def optimizers():
    optimizer(
        "sign-momentum",
        ["arXiv:1802.04434, algorithm 2 on one machine, the mean as a weighted sum"],
        [("", 0.125, 1, sign_momentum()), ("momentum=0.5", 0.125, 1, sign_momentum("0.5"))],
    )
    optimizer(
        "ada-delta",
        ["arXiv:1212.5701, algorithm 1, the averages as weighted sums"],
        [("", 1, 1, ada_delta()), ("decay=0.5,epsilon=0.125", 0.5, 1, ada_delta("0.5", "0.125"))],
    )
    optimizer(
        "sgd",
        ["Sutskever et al. 2013 in PyTorch's form: v = momentum*v + g, the rate outside the velocity"],
        [
            ("", 0.125, 1, sgd()),
            ("momentum=0.9", 0.125, 1, sgd("0.9")),
            ("momentum=0.9,nesterov=true", 0.125, 1, sgd("0.9", True)),
            ("momentum=0.5,weight_decay=0.25", 0.125, 2, sgd("0.5", False, "0.25")),
            ("weight_decay=0.25", 0.125, 2, sgd(0, False, "0.25")),
        ],
    )
    optimizer(
        "adam",
        ["arXiv:1412.6980, algorithm 1, with the averages as the weighted sums of section 3"],
        [
            ("", 0.125, 1, adam()),
            ("beta1=0.5,beta2=0.75,epsilon=0.125", 0.125, 1, adam("0.5", "0.75", "0.125")),
            ("beta1=0", 0.125, 1, adam("0")),
        ],
    )
    optimizer(
        "adamw",
        ["arXiv:1711.05101, algorithm 2, the decay multiplied by the learning rate as in PyTorch"],
        [
            ("", 0.125, 1, adam(decay="0.01")),
            ("weight_decay=0.5,beta1=0.5", 0.125, 2, adam("0.5", decay="0.5")),
        ],
    )
    optimizer(
        "lion",
        ["arXiv:2302.06675, algorithm 2"],
        [
            ("", 0.125, 1, lion()),
            ("beta1=0.5,beta2=0.75,weight_decay=0.25", 0.125, 2, lion("0.5", "0.75", "0.25")),
        ],
    )
    optimizer(
        "rmsprop",
        ["Tieleman & Hinton 2012, lecture 6.5; centered: arXiv:1308.0850, formulas 38 to 40, epsilon outside the root"],
        [
            ("", 0.125, 1, rmsprop()),
            ("alpha=0.75,momentum=0.5", 0.125, 1, rmsprop("0.75", mu="0.5")),
            ("alpha=0.75,centered=true,epsilon=0.125", 0.125, 1, rmsprop("0.75", "0.125", 0, True)),
        ],
    )
    optimizer(
        "adagrad",
        ["Duchi, Hazan & Singer 2011, figure 1 with the diagonal matrix"],
        [
            ("", 0.125, 1, adagrad()),
            ("initial_accumulator=0.5,epsilon=0.125", 0.125, 1, adagrad("0.125", "0.5")),
        ],
    )
    optimizer(
        "beta-gd",
        ["arXiv:2303.02854, beta-GD; g / |g|^beta of one number"],
        [("", 0.125, 1, beta_gd()), ("beta=0.5", 0.125, 1, beta_gd("0.5")), ("beta=0", 0.125, 1, beta_gd("0"))],
    )
    steps(
        "normalized-spider",
        ["arXiv:2303.02854, SPIDER with steps of one length; the recursion of arXiv:1807.01695"],
        [("", 0.125, 1, spider()), ("period=3", 0.5, 1, spider(3)), ("period=1", 0.125, 1, spider(1))],
    )
    steps(
        "mars-adamw",
        ["arXiv:2411.10438, algorithm 2 with x1 = x0; Adam's averages as weighted sums"],
        [
            ("", 0.125, 1, mars(adam("0.95", "0.99"), "0.95")),
            ("exact=true,gamma=0.5,weight_decay=0.25", 0.125, 2, mars(adam("0.95", "0.99", decay="0.25"), "0.95", "0.5", True)),
            ("gamma=1,exact=true,clip=false,beta1=0.5", 0.125, 1, mars(adam("0.5", "0.99"), "0.5", "1", True, False)),
            ("clip=false,gamma=0.25,beta2=0.75", 0.125, 1, mars(adam("0.95", "0.75"), "0.95", "0.25", False, False)),
        ],
    )
    steps(
        "mars-lion",
        ["arXiv:2411.10438, MARS-Lion with x1 = x0; the mean as a weighted sum"],
        [
            ("", 0.125, 1, mars(signed_mean("0.95"), "0.95")),
            ("exact=true,gamma=1,beta1=0.5,weight_decay=0.25", 0.125, 2, mars(signed_mean("0.5", "0.25"), "0.5", "1", True)),
        ],
    )
    steps(
        "mars-shampoo",
        ["arXiv:2411.10438, the authors' code; what is no matrix has AdamW of the gradient as it is"],
        [
            ("", 0.125, 1, alone(adam("0.9", "0.95", decay="0.1"))),
            ("exact=true,gamma=1,vector_beta1=0.5,vector_weight_decay=0", 0.125, 2, alone(adam("0.5", "0.95"))),
            ("vector_rate=0.5,vector_beta2=0.75,epsilon=0.125", 0.125, 1, alone(adam("0.9", "0.75", "0.125", decay="0.1"), "0.5")),
        ],
    )
    steps(
        "sps",
        ["arXiv:2002.10542, SPS_max with c = 1: where the loss' tangent is the least loss"],
        [("", 1, 1, polyak(identity)), ("least=0.03125,longest=1", 0.5, 2, polyak(identity, mpf("0.03125"), "1"))],
    )
    steps(
        "sania-pcg",
        ["arXiv:2312.17369, D = B = H, and the authors' code where H is not positive; one iteration solves one number"],
        [
            ("", 1, 1, newton_or_exit(curvature_average("0.999", "1e-3"))),
            ("least=0.03125,mix=0.25,longest=0.5,beta2=0.5", 0.5, 2, newton_or_exit(curvature_average("0.5", "1e-3"), mpf("0.03125"), "0.25", "0.5")),
        ],
        BOTH_WAYS,
    )
    steps(
        "sania-cubic",
        ["arXiv:2312.17369, B = I and D = H: of one number the nearest root of the model's loss"],
        [("", 1, 1, cubic()), ("least=0.03125,vectors=3", 0.5, 2, cubic(mpf("0.03125")))],
        BOTH_WAYS,
    )
    steps(
        "sania-adagrad-sqr",
        ["arXiv:2312.17369, explicit step with D = B = sum of g^2; the root of the model's loss by its formula"],
        [
            ("", 1, 1, sania(sum_of_squares)),
            ("least=0.03125", 0.5, 2, sania(sum_of_squares, mpf("0.03125"))),
            ("model=linear", 1, 1, polyak(sum_of_squares)),
        ],
    )
    steps(
        "sania-adam-sqr",
        ["arXiv:2312.17369, explicit step with D = B = the unbiased average of g^2, as a weighted sum"],
        [("", 1, 1, sania(unbiased_squares("0.999"))), ("beta2=0.5", 0.5, 2, sania(unbiased_squares("0.5")))],
    )
    steps(
        "sania-hutchinson",
        ["arXiv:2312.17369, explicit step with D = B; Hutchinson's estimate of one number's curvature is the curvature"],
        [
            ("", 1, 1, sania(curvature_average("0.999", "1e-3"))),
            ("beta2=0.5,least_curvature=0.75", 0.5, 2, sania(curvature_average("0.5", "0.75"))),
        ],
    )
    optimizer(
        "adadagrad",
        ["arXiv:2402.11215, algorithm 1 with AdaGrad, on batches of one example"],
        [("", 0.125, 1, adagrad()), ("initial_accumulator=0.5,epsilon=0.125", 0.125, 1, adagrad("0.125", "0.5"))],
    )
    optimizer(
        "adadagrad-norm",
        ["arXiv:2402.11215, algorithm 1 with AdaGrad-Norm, which of one number is AdaGrad, on batches of one example"],
        [("", 0.125, 1, adagrad()), ("initial_accumulator=0.5,epsilon=0.125", 0.125, 1, adagrad("0.125", "0.5"))],
    )
    steps(
        "accelerated-sgd",
        ["arXiv:2311.14222, the points u where gradients are taken"],
        [
            ("", 0.0625, 1, accelerated()),
            ("ratio=2,beta=0.5", 0.125, 1, accelerated("2", "0.5")),
            ("ratio=1", 0.125, 1, accelerated("1")),
        ],
    )
    steps(
        "u-dog",
        ["arXiv:2404.00666, algorithm 1 with all sums written out, G without factors of the noise's tail and from the first gradient on"],
        [("", 1, 1, u_dog()), ("reach=0.125", 1, 1, u_dog("0.125")), ("reach=0.0625", 0.5, 2, u_dog("0.0625"))],
    )
    steps(
        "prox-prox",
        ["arXiv:2302.03542; on a batch of one example the proxy is the loss"],
        [
            ("", 0.125, 1, prox_prox()),
            ("steps=1,inner=1", 0.125, 1, prox_prox(1, "1")),
            ("steps=8,inner=0.25", 0.25, 1, prox_prox(8, "0.25")),
        ],
    )
    optimizer(
        "coordinate-clipping",
        ["arXiv:2306.00204, clipping of each coordinate; one number is its own quantile"],
        [("", 0.125, 1, sgd()), ("threshold=0.5", 0.125, 1, clipped(sgd(), "0.5"))],
    )
    optimizer(
        "clipped-sgd",
        ["arXiv:2306.00204, clipping of the direction of SGD with momentum"],
        [("", 0.125, 1, sgd()), ("threshold=0.5,momentum=0.5", 0.125, 1, clipped(sgd("0.5"), "0.5"))],
    )
    optimizer(
        "clipped-adam",
        ["arXiv:2306.00204, clipping of Adam's direction"],
        [("", 0.125, 1, adam()), ("threshold=0.25,beta1=0.5", 0.125, 1, clipped(adam("0.5"), "0.25"))],
    )


# Second order: the trajectory of one parameter under given gradients and given second derivatives.

CURVATURES = [4, 0.5, -1, 2, 0, 8, 0.25, 1, -0.5, 16]


def second_order(name, origin, sections, curvatures=CURVATURES):
    lines = []
    for settings, rate, start, make in sections:
        lines += [f"# set: {settings}".rstrip(), f"# given: learning_rate={rate},parameter={start}"]
        lines.append("step,gradient,curvature,parameter")
        p, direction = mpf(start), make()
        for t, (g, c) in enumerate(zip(GRADIENTS, curvatures)):
            p -= mpf(rate) * direction(mpf(g), mpf(c), p, t + 1)
            lines.append(f"{t},{text(g)},{text(c)},{text(p)}")
    write("second-order", name, origin, lines)


def weighted(values, beta):
    """An average from 0 as a weighted sum."""
    return (1 - beta) * sum(beta ** (len(values) - 1 - i) * x for i, x in enumerate(values))


def adahessian(beta1="0.9", beta2="0.999", epsilon="1e-4", power="1", decay="0"):
    beta1, beta2, epsilon, power, decay = mpf(beta1), mpf(beta2), mpf(epsilon), mpf(power), mpf(decay)

    def make():
        gradients, squares = [], []

        def direction(g, c, p, t):
            # One number is its own diagonal, whatever the sign that probes it.
            gradients.append(g)
            squares.append(c * c)
            m = weighted(gradients, beta1) / (1 - beta1**t)
            v = weighted(squares, beta2) / (1 - beta2**t)
            return m / (mpmath.sqrt(v) ** power + epsilon) + decay * p

        return direction

    return make


def sophia(gamma, interval=10, beta1="0.96", beta2="0.99", epsilon="1e-12", decay="0.2"):
    gamma, beta1, beta2, epsilon, decay = mpf(gamma), mpf(beta1), mpf(beta2), mpf(epsilon), mpf(decay)

    def make():
        gradients, curvatures = [], []

        def direction(g, c, p, t):
            gradients.append(g)
            if t % interval == 1 or interval == 1:
                curvatures.append(c)
            ratio = weighted(gradients, beta1) / max(gamma * weighted(curvatures, beta2), epsilon)
            return min(max(ratio, mpf(-1)), mpf(1)) + decay * p

        return direction

    return make


def heavy_ball(make, mu="0.9", decay="0"):
    mu, decay = mpf(mu), mpf(decay)

    def made():
        inner, v = make(), [mpf(0)]

        def direction(g, c, p, t):
            v[0] = mu * v[0] + inner(g, c, p, t)
            return v[0] + decay * p

        return direction

    return made


def m_fac(window=32, damping="0.1"):
    def make():
        gradients = []

        def direction(g, c, p, t):
            # The matrix of one number is a number, and so inverted.
            gradients.append(g)
            return g / (mpf(damping) + sum(x * x for x in gradients[-window:]) / window)

        return direction

    return make


def shampoo(grafting="adam", interval=10, epsilon="1e-6", ridge="1e-6", average=None, graft_epsilon="1e-8", beta2="0.999"):
    def make():
        gradients, roots = [], []

        def direction(g, c, p, t):
            gradients.append(g)
            squares = [x * x for x in gradients]
            h = sum(squares) if average is None else weighted(squares, mpf(average))
            if t % interval == 1 or interval == 1:
                # One number is a vector: the order of the root is 2.
                roots.append((h * (1 + mpf(ridge)) + mpf(epsilon)) ** mpf("-0.5"))
            if grafting == "none":
                return roots[-1] * g
            length = {
                "sgd": abs(g),
                "adagrad": abs(g) / (mpmath.sqrt(sum(squares)) + mpf(graft_epsilon)),
                "adam": abs(g) / (mpmath.sqrt(weighted(squares, mpf(beta2)) / (1 - mpf(beta2) ** t)) + mpf(graft_epsilon)),
            }[grafting]
            return mpmath.sign(g) * length

        return direction

    return make


def oasis(beta="0.999", least="1e-3", first="1e-4"):
    def make():
        s = {"d": mpf(0), "eta": mpf(first), "theta": mpmath.inf, "p": mpf(0)}

        def direction(g, c, p, t):
            s["d"] = c if t == 1 else mpf(beta) * s["d"] + (1 - mpf(beta)) * c
            scale = max(abs(s["d"]), mpf(least))
            if t > 1:
                moved = p - s["p"]
                change = abs(c * moved)
                local = mpmath.sqrt(scale) * abs(moved) / (2 * change / mpmath.sqrt(scale)) if change else mpmath.inf
                growing = mpmath.sqrt(1 + s["theta"]) * s["eta"]
                now = min(local, growing)
                now = s["eta"] if now == mpmath.inf else now
                s["theta"], s["eta"] = now / s["eta"], now
            s["p"] = p
            return s["eta"] * g / scale

        return direction

    return make


def k_fac(decay="0.95", damping="1e-2", interval=10):
    decay, damping = mpf(decay), mpf(damping)

    def make():
        curvatures, inverses = [], []

        def direction(g, c, p, t):
            # One number: its input is 1, and the square of its sampled gradient is the curvature.
            curvatures.append(c)
            if t % interval == 1 or interval == 1:
                b = weighted(curvatures, decay) / (1 - decay**t)
                pi = mpmath.sqrt(1 / b)
                inverses.append(1 / ((1 + pi * mpmath.sqrt(damping)) * (b + mpmath.sqrt(damping) / pi)))
            return g * inverses[-1]

        return direction

    return make


def second_order_optimizers():
    second_order(
        "k-fac",
        ["arXiv:1503.05671, formulas 6.1 to 6.3 for one number, the averages as weighted sums"],
        [
            ("", 0.125, 1, heavy_ball(k_fac())),
            (
                "decay=0.5,damping=0.25,inverse_interval=3,momentum=0.5,weight_decay=0.25",
                0.125,
                2,
                heavy_ball(k_fac("0.5", "0.25", 3), "0.5", "0.25"),
            ),
            ("inverse_interval=1,momentum=0", 0.125, 1, heavy_ball(k_fac(interval=1), "0")),
        ],
        [abs(c) for c in CURVATURES],
    )
    second_order(
        "m-fac",
        ["arXiv:2107.03356, formula 3 for one number, whose inverse is a quotient; momentum of section 5"],
        [
            ("", 0.125, 1, heavy_ball(m_fac())),
            ("window=3,damping=0.5,momentum=0", 0.125, 1, heavy_ball(m_fac(3, "0.5"), "0")),
            ("window=1,momentum=0.5,weight_decay=0.25", 0.125, 2, heavy_ball(m_fac(1), "0.5", "0.25")),
        ],
    )
    second_order(
        "shampoo",
        ["arXiv:1802.09568, algorithm 2 for one number, a vector; interval and grafting of arXiv:2002.09018"],
        [
            ("", 0.125, 1, heavy_ball(shampoo())),
            (
                "grafting=none,root_interval=1,ridge=0,epsilon=0.125,momentum=0",
                0.125,
                1,
                heavy_ball(shampoo("none", 1, "0.125", "0"), "0"),
            ),
            (
                "grafting=none,root_interval=3,root=eigen,momentum=0.5,weight_decay=0.25",
                0.125,
                2,
                heavy_ball(shampoo("none", 3), "0.5", "0.25"),
            ),
            (
                "grafting=none,root_interval=1,statistic=average,decay=0.75",
                0.125,
                1,
                heavy_ball(shampoo("none", 1, average="0.75")),
            ),
            ("grafting=sgd", 0.125, 1, heavy_ball(shampoo("sgd"))),
            (
                "grafting=adagrad,grafting_epsilon=0.125",
                0.125,
                1,
                heavy_ball(shampoo("adagrad", graft_epsilon="0.125")),
            ),
        ],
    )
    second_order(
        "oasis",
        ["arXiv:2109.05198, algorithm 1 with the rate of formula 8, the rate of the run as a factor"],
        [
            ("initial_rate=0.125", 1, 1, oasis(first="0.125")),
            ("beta=0.5,least=0.25,initial_rate=0.125,first_probes=1", 0.5, 1, oasis("0.5", "0.25", "0.125")),
        ],
    )
    second_order(
        "adahessian",
        ["arXiv:2006.00719, algorithm 1, the averages as weighted sums; epsilon outside the root as in the authors' program"],
        [
            ("", 0.125, 1, adahessian()),
            ("beta1=0.5,beta2=0.75,epsilon=0.125,power=0.5", 0.125, 1, adahessian("0.5", "0.75", "0.125", "0.5")),
            ("power=0,weight_decay=0.25", 0.125, 2, adahessian(power="0", decay="0.25")),
        ],
    )
    second_order(
        "sophia-h",
        ["arXiv:2305.14342v2, algorithm 3 with algorithm 1 for signs, the averages as weighted sums"],
        [
            ("probe=rademacher", 0.125, 1, sophia("0.01")),
            (
                "probe=rademacher,interval=3,gamma=0.5,beta1=0.5,beta2=0.75,epsilon=0.125,weight_decay=0",
                0.125,
                1,
                sophia("0.5", 3, "0.5", "0.75", "0.125", "0"),
            ),
            ("probe=rademacher,interval=1,gamma=1", 0.125, 1, sophia("1", 1)),
        ],
    )
    second_order(
        "sophia-g",
        ["arXiv:2305.14342v2, algorithm 3 with algorithm 2, of which the square is the curvature of one term"],
        [
            ("", 0.125, 1, sophia("0.05")),
            (
                "interval=3,gamma=0.5,beta1=0.5,beta2=0.75,epsilon=0.125,weight_decay=0",
                0.125,
                1,
                sophia("0.5", 3, "0.5", "0.75", "0.125", "0"),
            ),
            ("interval=1,gamma=1", 0.125, 1, sophia("1", 1)),
        ],
        [abs(c) for c in CURVATURES],
    )


# Schedules.


def schedule(name, origin, sections):
    lines = []
    for settings, factor in sections:
        lines += [f"# set: {settings}".rstrip(), "step,total,factor"]
        for total in (1, 10, 1000):
            for step in (0, 1, 2, 3, 4, 5, 9, 10, 500, 999, 1000, 2000):
                lines.append(f"{step},{total},{text(factor(step, total))}")
    write("schedules", name, origin, lines)


def decaying(shape, warmup=0, floor=0):
    def factor(step, total):
        if step < warmup:
            return mpf(step + 1) / warmup
        progress = min(max(mpf(step - warmup) / max(total - warmup, 1), mpf(0)), mpf(1))
        return mpf(floor) + (1 - mpf(floor)) * shape(progress)

    return factor


def schedules():
    warmup = "in the warm-up (step + 1)/warmup, arXiv:1706.02677, section 2.2"
    settings = [("", 0, 0), ("warmup=4", 4, 0), ("floor=0.125", 0, "0.125"), ("warmup=4,floor=0.125", 4, "0.125")]
    shapes = [
        ("linear", "floor + (1 - floor)(1 - progress), arXiv:1810.04805, A.2", lambda p: 1 - p),
        ("cosine", "floor + (1 - floor)(1 + cos(pi progress))/2, arXiv:1608.03983, formula 5", lambda p: (1 + mpmath.cos(mpmath.pi * p)) / 2),
    ]
    for name, origin, shape in shapes:
        schedule(name, [origin, warmup], [(s, decaying(shape, w, f)) for s, w, f in settings])
    schedule("constant", ["1", warmup], [(s, decaying(lambda p: mpf(1), w)) for s, w, _ in settings[:2]])


# Initializers: mean, variance and range of what is drawn.


def initializer(name, origin, sections):
    lines = []
    for settings, moments in sections:
        lines += [f"# set: {settings}".rstrip(), "fan_in,fan_out,mean,variance,low,high"]
        for fan_in, fan_out in ((64, 96), (7, 3)):
            lines.append(",".join([str(fan_in), str(fan_out)] + [text(v) for v in moments(fan_in, fan_out)]))
    write("initializers", name, origin, lines)


def constant_of(value):
    return lambda fan_in, fan_out: (value, 0, value, value)


def uniform_between(low, high):
    low, high = mpf(low), mpf(high)
    return lambda fan_in, fan_out: ((low + high) / 2, (high - low) ** 2 / 12, low, high)


def normal_of(variance):
    return lambda fan_in, fan_out: (0, variance(fan_in, fan_out), -mpf("inf"), mpf("inf"))


def uniform_of(variance):
    def moments(fan_in, fan_out):
        bound = mpmath.sqrt(3 * variance(fan_in, fan_out))
        return (0, variance(fan_in, fan_out), -bound, bound)

    return moments


def xavier(gain):
    return lambda fan_in, fan_out: 2 * mpf(gain) ** 2 / (fan_in + fan_out)


def kaiming(squared_gain, out=False):
    return lambda fan_in, fan_out: mpf(squared_gain) / (fan_out if out else fan_in)


def initializers():
    initializer("zeros", ["0"], [("", constant_of(0))])
    initializer("ones", ["1"], [("", constant_of(1))])
    initializer("constant", ["value"], [("", constant_of(0)), ("value=0.25", constant_of(0.25))])
    initializer(
        "normal",
        ["std*n, n standard normal"],
        [("", normal_of(lambda i, o: mpf("0.02") ** 2)), ("std=0.5", normal_of(lambda i, o: mpf("0.25")))],
    )
    initializer(
        "uniform",
        ["low + (high - low)*u, u on [0, 1): variance (high - low)^2/12"],
        [("", uniform_between("-0.05", "0.05")), ("low=-1,high=3", uniform_between(-1, 3))],
    )
    glorot = ["variance gain^2*2/(fan_in + fan_out), Glorot & Bengio 2010, formulas 12 and 16"]
    initializer("xavier-uniform", glorot, [("", uniform_of(xavier(1))), ("gain=2", uniform_of(xavier(2)))])
    initializer("xavier-normal", glorot, [("", normal_of(xavier(1))), ("gain=2", normal_of(xavier(2)))])
    he = ["variance 2/((1 + slope^2) fan), arXiv:1502.01852, formulas 10, 14 and 15"]
    for name, of in (("kaiming-uniform", uniform_of), ("kaiming-normal", normal_of)):
        initializer(
            name,
            he,
            [
                ("", of(kaiming(2))),
                ("nonlinearity=linear", of(kaiming(1))),
                ("fan=out", of(kaiming(2, True))),
                ("nonlinearity=leaky-relu,slope=0.5", of(kaiming(2 / mpf("1.25")))),
            ],
        )


if __name__ == "__main__":
    activations()
    losses()
    optimizers()
    second_order_optimizers()
    schedules()
    initializers()
