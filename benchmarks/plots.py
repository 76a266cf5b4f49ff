"""Plots as SVG: throughput by scenario and arm, latency against the size of the catalogue, memory over requests."""

from math import floor, log10
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
from matplotlib.ticker import NullFormatter, StrMethodFormatter

from benchmarks.results import Run
from benchmarks.targets import COMPARED

COLOURS = {"ours": "#1b6ca8", "ours_cached": "#7fb8e0", "textbook": "#c44e52", "fastapi": "#dd9b4a"}
COLOURS |= {"limit": "#5b5b5b", "json_server": "#9c7bb8"}
BAR_WIDTH = 0.8
OVER_SIZES = ["list", "category_price", "price_range", "search", "category_search", "product"]

# Text stays text, and the same figures make the same file.
mpl.use("svg")
mpl.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "benchmarks", "axes.spines.top": False}
mpl.rcParams |= {"axes.spines.right": False, "font.size": 9}


def draw(runs: list[Run], folder: Path) -> list[Path]:
    """The files drawn: one of throughput for each size, and one of latency when there are several sizes."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = [_throughput(run, folder / f"throughput-{run.size}.svg") for run in runs]
    return [*drawn, _latency(runs, folder / "latency.svg")] if len(runs) > 1 else drawn


def _throughput(run: Run, path: Path) -> Path:
    """A group of bars for each scenario, requests a second on a logarithmic scale."""
    names = [name for name in COMPARED if name in run.scenarios]
    arms = [arm for arm in COLOURS if arm in run.data["arms"]]
    figure, axes = plt.subplots(figsize=(11, 4.5), layout="constrained")
    for place, arm in enumerate(arms):
        width = BAR_WIDTH / len(arms)
        heights = [run.figure(name, arm) or float("nan") for name in names]
        left = [group - BAR_WIDTH / 2 + (place + 0.5) * width for group in range(len(names))]
        axes.bar(left, heights, width, label=arm, color=COLOURS[arm])
    axes.set_yscale("log")
    slowest = min((run.figure(name, arm) or 1.0 for name in names for arm in arms), default=1.0)
    axes.set_ylim(bottom=10 ** floor(log10(max(slowest, 0.01))))
    axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_ylabel("requests a second, logarithmic")
    titles = [run.scenarios[name]["title"].replace(", ", ",\n") for name in names]
    axes.set_xticks(range(len(names)), titles)
    axes.set_title(f"{run.size:,} products: more is better")
    axes.legend(ncols=len(arms), frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.14))
    return _save(figure, path)


def _latency(runs: list[Run], path: Path) -> Path:
    """A panel for each scenario: the median in ms over the number of products, both logarithmic."""
    names = [name for name in OVER_SIZES if any(name in run.scenarios for run in runs)]
    titles = {name: about["title"] for run in runs for name, about in run.scenarios.items()}
    figure, panels = plt.subplots(2, 3, figsize=(11, 6), sharex=True, sharey=True, layout="constrained")
    for axes, name in zip(panels.flat, names, strict=False):
        for arm, colour in COLOURS.items():
            points = [(run.size, run.figure(name, arm, "p50")) for run in runs]
            known = [(size, median) for size, median in points if median is not None]
            if known:
                axes.plot(*zip(*known, strict=True), marker="o", label=arm, color=colour)
        axes.set(xscale="log", yscale="log", title=titles[name])
        axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    figure.supxlabel("products")
    figure.supylabel("median latency, ms: less is better")
    handles, labels = panels.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, ncols=len(labels), frameon=False, loc="outside upper center")
    return _save(figure, path)


def memory(samples: list[Any], promised: float, path: Path) -> Path:
    """A curve for each worker: MB over the requests so far, resident and its own, with what is promised above."""
    figure, axes = plt.subplots(figsize=(9, 4), layout="constrained")
    sent = [requests for requests, _ in samples]
    for number, colour in enumerate(("#1b6ca8", "#dd9b4a")):
        resident, own = zip(*(workers[number] for _, workers in samples), strict=True)
        axes.plot(sent, resident, label=f"worker {number + 1}, resident", color=colour)
        axes.plot(sent, own, label=f"worker {number + 1}, its own", color=colour, linestyle="dotted")
    axes.axhline(promised, label="promised at most", color="#c44e52", linestyle="dashed")
    axes.set(xlabel="requests, of every kind", ylabel="MB", ylim=(0, promised * 1.1), xlim=(0, sent[-1]))
    axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,g}"))
    axes.legend(ncols=3, frameon=False, loc="lower right")
    return _save(figure, path)


def _save(figure: plt.Figure, path: Path) -> Path:
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    return path
