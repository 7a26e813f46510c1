"""One training step in PyTorch, for some seconds; prints one line of JSON.

    peers.py NAME [--threads 1] [--seconds 10] [--mode eager|compile] [--precision fp32|bf16]

The steps are those of TrainingSteps.java, in the same shapes and with the same keys in the report
(StepReport.java). What PyTorch's users would do for speed is done: fused optimizers, one fused
attention, torch.compile where it is asked for, autocast for bf16, no subnormal numbers, which the moments
of Adam else become where units are never active. Whoever starts it sets
GLIBC_TUNABLES=glibc.malloc.mmap_threshold=4294967295:glibc.malloc.trim_threshold=4294967295, without
which large buffers go back to the system in every step.
"""

import time

START = time.perf_counter()

import argparse  # noqa: E402
import json  # noqa: E402
import resource  # noqa: E402
import statistics  # noqa: E402
import sys  # noqa: E402

import torch  # noqa: E402
import torch.nn as nn  # noqa: E402
import torch.nn.functional as F  # noqa: E402

# However slow a step is, so many count.
FEWEST = 3


class Block(nn.Module):
    """A pre-norm transformer block with causal attention."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.norm1 = nn.LayerNorm(width)
        self.norm2 = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.projection = nn.Linear(width, width)
        self.up = nn.Linear(width, 4 * width)
        self.down = nn.Linear(4 * width, width)

    def forward(self, x):
        batch, time_steps, width = x.shape
        q, k, v = (
            part.view(batch, time_steps, self.heads, width // self.heads).transpose(1, 2)
            for part in self.qkv(self.norm1(x)).split(width, -1)
        )
        joined = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.projection(joined.transpose(1, 2).reshape(batch, time_steps, width))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class Gpt(nn.Module):
    def __init__(self, layers, width, heads, context, vocabulary):
        super().__init__()
        self.tokens = nn.Embedding(vocabulary, width)
        self.positions = nn.Parameter(torch.randn(context, width) * 0.02)
        self.blocks = nn.Sequential(*[Block(width, heads) for _ in range(layers)])
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocabulary, bias=False)

    def forward(self, x):
        return self.head(self.norm(self.blocks(self.tokens(x) + self.positions)))


def mlp():
    model = nn.Sequential(
        nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10)
    )
    return model, torch.optim.Adam, lambda: (torch.randn(128, 784), torch.randint(0, 10, (128,)))


def gpt(layers, width, heads, context, batch, vocabulary=96):
    def random():
        return torch.randint(0, vocabulary, (batch, context))

    return (
        Gpt(layers, width, heads, context, vocabulary),
        torch.optim.AdamW,
        lambda: (random(), random()),
    )


def cnn():
    model = nn.Sequential(
        nn.Conv2d(3, 32, 3, 1, 1),
        nn.ReLU(),
        nn.Conv2d(32, 64, 3, 2, 1),
        nn.ReLU(),
        nn.Conv2d(64, 128, 3, 2, 1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(128, 10),
    )
    return model, torch.optim.Adam, lambda: (torch.randn(64, 3, 32, 32), torch.randint(0, 10, (64,)))


STEPS = {
    "mlp": mlp,
    "gpt": lambda: gpt(4, 128, 4, 128, 16),
    "gpt-medium": lambda: gpt(6, 384, 6, 256, 8),
    "cnn": cnn,
}


def seconds_since_start():
    """Since the process was started, to 10 ms; None where the system does not say it."""
    try:
        with open("/proc/self/stat") as stat, open("/proc/uptime") as uptime:
            start = float(stat.read().rpartition(")")[2].split()[19]) / 100
            return float(uptime.read().split()[0]) - start
    except OSError:
        return None


def peak_mb():
    """The most memory that was resident: kilobytes on Linux, bytes on macOS."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1024 / 1e6


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=STEPS)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--mode", choices=["eager", "compile"], default="eager")
    parser.add_argument("--precision", choices=["fp32", "bf16"], default="fp32")
    arguments = parser.parse_args()

    # First of all: threads take it over from the one that starts them.
    torch.set_flush_denormal(True)
    torch.set_num_interop_threads(1)
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    building = time.perf_counter()
    model, optimizer_class, batch = STEPS[arguments.name]()
    optimizer = optimizer_class(model.parameters(), lr=1e-3, fused=True)
    bf16 = arguments.precision == "bf16"

    def loss_of(x, y):
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=bf16):
            z = model(x)
        return F.cross_entropy(z.float().reshape(-1, z.shape[-1]), y.reshape(-1))

    if arguments.mode == "compile":
        loss_of = torch.compile(loss_of)
    build_ms = (time.perf_counter() - building) * 1e3

    def step_ms():
        x, y = batch()
        before = time.perf_counter()
        optimizer.zero_grad()
        loss = loss_of(x, y)
        loss.backward()
        optimizer.step()
        return (time.perf_counter() - before) * 1e3, loss

    first_step_ms, loss = step_ms()
    first = time.perf_counter()
    since_start = seconds_since_start()
    times = []
    while len(times) < FEWEST or time.perf_counter() - first < arguments.seconds:
        counts = time.perf_counter() - first >= arguments.seconds / 2
        ms, loss = step_ms()
        if counts:
            times.append(ms)

    quartiles = statistics.quantiles(times, n=4, method="inclusive")
    numbers = {
        "loss": loss.item(),
        "median_ms": quartiles[1],
        "lower_quartile_ms": quartiles[0],
        "upper_quartile_ms": quartiles[2],
        "build_ms": build_ms,
        "first_step_ms": first_step_ms,
        "main_to_first_step_s": first - START,
        "peak_mb": peak_mb(),
    }
    if since_start is not None:
        numbers["start_to_first_step_s"] = since_start
    report = {
        "version": "torch " + torch.__version__,
        "parameters": sum(p.numel() for p in model.parameters()),
        "steps": len(times),
        "numbers": numbers,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
