"""Full-size models of every architecture, exported both ways, opened and explained by the engine: results.md.

Needs PyTorch, torchvision, timm, onnx and onnxscript, and the node packages of the repository (npm ci).
Usage, from the repository's root:
    python test/full-size/sweep.py [--only NAME ...] [--skip-done] [--table]
Measures one model at a time, each in a node process of its own; no file is kept. What is measured is added to
out/full-size.json at once, and the table is written from it at the end (with --table only that).
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import tempfile
import warnings
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import torch
from torch import nn

from architectures import ARCHITECTURES, Architecture
from table import write_readme, write_table

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "out" / "full-size.json"
EXPORTERS = ("torchscript", "dynamo")
OPSET = 17
#: Seconds that opening and explaining one model may take.
PATIENCE = 400

sys.path.insert(0, str(ROOT / "tools" / "conformance"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--skip-done", action="store_true")
    parser.add_argument("--table", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore")
    if not arguments.table:
        sweep(arguments.only, arguments.skip_done)
    write_table(stored(), Path(__file__).with_name("results.md"))
    write_readme(stored(), ROOT / "README.md")


def sweep(only: list[str] | None, skip_done: bool) -> None:
    """The next model is built and exported while the last one is measured."""
    done = stored() if skip_done else {}
    measured: Future[None] | None = None
    with ThreadPoolExecutor(1) as worker:
        for architecture in ARCHITECTURES:
            exporters = [e for e in EXPORTERS if f"{architecture.name}.{e}" not in done]
            if not exporters or (only is not None and architecture.name not in only):
                continue
            model = randomised(architecture)
            for exporter in exporters:
                folder = tempfile.TemporaryDirectory()
                path = Path(folder.name) / f"{architecture.name}.onnx"
                problem = export(model, architecture.size, exporter, path)
                if measured is not None:
                    measured.result()
                measured = worker.submit(finish, architecture, exporter, folder, path, problem)
            del model
            gc.collect()
        if measured is not None:
            measured.result()


def randomised(architecture: Architecture) -> nn.Module:
    """Random weights, none at the usual 0 or 1, and the statistics of one batch of noise."""
    from generate import randomise

    torch.manual_seed(7)
    model = architecture.build()
    for name, parameter in model.named_parameters():
        with torch.no_grad():
            randomise(name, parameter)
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.momentum = None  # statistics of this batch alone
            module.reset_running_stats()
    with torch.no_grad():
        model.train()(torch.randn(4, 3, architecture.size, architecture.size))
    return model.eval()


def export(model: nn.Module, size: int, exporter: str, path: Path) -> str | None:
    """Writes the file as the exporter does by itself. Returns why it could not."""
    x = torch.zeros(1, 3, size, size)
    try:
        if exporter == "torchscript":
            torch.onnx.export(model, (x,), path, dynamo=False, opset_version=OPSET)
        else:
            torch.onnx.export(model, (x,), path, dynamo=True, verbose=False)
    except Exception as error:  # whatever an exporter throws belongs in the table
        return f"PyTorch cannot export it: {type(error).__name__}"
    return None


def finish(architecture: Architecture, exporter: str, folder: tempfile.TemporaryDirectory, path: Path, problem: str | None) -> None:
    with folder:
        entry = {"architecture": architecture.name, "exporter": exporter}
        if problem is None:
            entry["bytes"] = sum(file.stat().st_size for file in path.parent.iterdir())
            entry |= measure(path)
        else:
            entry["problem"] = problem
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(stored() | {f"{architecture.name}.{exporter}": entry}, indent=1))
    told = {name: entry.get(name) for name in ("bytes", "explained", "layers", "logitDeviation", "notFinite", "uniform", "problem")}
    blocked = sorted({f"{b['reason']} {b['op']}" for b in entry.get("blocked", ())})
    ratios = [round(entry[name]["ratio"], 1) for name in ("opening", "explaining") if name in entry]
    print(architecture.name, exporter, told, blocked, ratios, flush=True)


def measure(path: Path) -> dict:
    command = ["node_modules/.bin/tsx", "test/full-size/measure.mts", str(path)]
    try:
        run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return {"problem": f"takes more than {PATIENCE} s"}
    if run.returncode == 0:
        return json.loads(run.stdout)
    said = [line for line in run.stderr.splitlines() if "Error" in line and len(line) < 400]
    return {"problem": said[-1].strip() if said else f"the process ended with {run.returncode}"}


def stored() -> dict[str, dict]:
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else {}


if __name__ == "__main__":
    main()
