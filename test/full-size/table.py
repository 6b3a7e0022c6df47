"""results.md, and README's table of architectures, from what was measured."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from architectures import ARCHITECTURES, Architecture

EXPORTERS = {"torchscript": "old", "dynamo": "new"}
#: Logits that differ by more, as a share of the largest one, are another model's.
TOLERANCE = 1e-3
HEAD = """# Full-size models

Randomly initialised models of torchvision and timm, exported by PyTorch's old exporter (`dynamo=False`, opset 17) and its
new one (`dynamo=True`), opened and explained. Written by `test/full-size/sweep.py`. While a model was measured, the next one was exported on the other of the
computer's two cores, so the ratios are orders of magnitude.

- **Explained**: layers with a relevance map, of all. Layers inside gates or attention weights take no relevance by rule.
- **Open**: reading and compiling the model, in plain ONNX Runtime sessions of the same file.
- **Explain**: all layers, one picture, in plain forward passes. Both ratios are of one process, medians of a few interleaved runs.
- **Uniform maps**: the last grids of a transformer whose classifier reads class tokens alone.
- Every number of every explanation is finite and the logits of the explanation are those of ONNX Runtime (relative
  deviation at most 1e-3) unless the remark says otherwise.

| architecture | model | exporter | file | explained | open | explain | remark |
| --- | --- | --- | ---: | ---: | ---: | ---: | --- |
"""


def write_table(results: dict[str, dict], path: Path) -> None:
    rows = [
        row(architecture, exporter, results.get(f"{architecture.name}.{exporter}"))
        for architecture in sorted(ARCHITECTURES, key=lambda a: a.title.lower())
        for exporter in EXPORTERS
    ]
    path.write_text(HEAD + "\n".join(rows) + "\n")


#: README's table stands between these.
BEGIN, END = "<!-- architectures -->", "<!-- end of architectures -->"
README_HEAD = f"""{BEGIN}

| architecture | file | old exporter: explained | open | explain | new exporter: explained | open | explain |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
"""


def write_readme(results: dict[str, dict], path: Path) -> None:
    text = path.read_text()
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    rows = [readme_row(architecture, results) for architecture in sorted(ARCHITECTURES, key=lambda a: a.title.lower())]
    path.write_text(before + README_HEAD + "\n".join(rows) + f"\n\n{END}" + after)


def readme_row(architecture: Architecture, results: dict[str, dict]) -> str:
    found = [results.get(f"{architecture.name}.{exporter}", {}) for exporter in EXPORTERS]
    size = next((f"{result['bytes'] / 1e6:.0f} MB" for result in found if "bytes" in result), "")
    cells = [f"{architecture.title} (`{architecture.name}`)", size]
    for result in found:
        if "explained" not in result:
            cells += ["–", "", ""]
            continue
        ratios = [f"{result[name]['ratio']:.1f} ×" for name in ("opening", "explaining")]
        cells += [f"{result['explained']} of {result['layers']}", *ratios]
    return line(cells)


def row(architecture: Architecture, exporter: str, result: dict | None) -> str:
    cells = [architecture.title, f"`{architecture.name}`", EXPORTERS[exporter]]
    if result is None:
        return line([*cells, "", "", "", "", "not measured"])
    cells.append(f"{result['bytes'] / 1e6:.1f} MB" if "bytes" in result else "")
    if "problem" in result:
        return line([*cells, "", "", "", result["problem"].replace("|", "\\|")])
    ratios = [f"{result[name]['ratio']:.1f} ×" for name in ("opening", "explaining")]
    return line([*cells, f"{result['explained']} / {result['layers']}", *ratios, remark(result)])


def remark(result: dict) -> str:
    parts = []
    for reason, text in (("noRule", "blocked by"), ("takesNothing", "no relevance by rule:")):
        operators = Counter(blocker["op"] for blocker in result["blocked"] if blocker["reason"] == reason)
        if operators:
            parts.append(f"{text} " + ", ".join(f"{op} ({count})" for op, count in operators.most_common()))
    if result["notFinite"]:
        parts.append(f"not finite: {', '.join(result['notFinite'])}")
    if result.get("uniform"):
        parts.append(f"uniform maps: {len(result['uniform'])}")
    deviation = result["logitDeviation"]
    if deviation is None or deviation > TOLERANCE:
        parts.append(f"logits deviate by {deviation:.1e}" if deviation is not None else "logits cannot be compared")
    return "; ".join(parts)


def line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
