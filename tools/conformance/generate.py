"""Writes test/fixtures/conformance: every narrow model through both exporters, an image, and what is expected of it.

Usage: python tools/conformance/generate.py [--only NAME ...] [--anew]

Models that are there already are kept, and only what is expected of them is computed again, unless they no longer fit.
"""

from __future__ import annotations

import argparse
import gzip
import json
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

import attention
import convolutional
import keras_models
import mobile
import reordered
from narrow import Architecture
from relevance import Layer, Result, explain

FOLDER = Path(__file__).parents[2] / "test" / "fixtures" / "conformance"
LIMIT = 150_000
#: A fixture is of use only where float32 cannot blur it: the largest deviation of a float32 pass, of a map's largest value.
NOISE = 1e-4


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--anew", action="store_true", help="export models again that are there already")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    warnings.filterwarnings("ignore")
    arguments.folder.mkdir(parents=True, exist_ok=True)
    if arguments.only is None and arguments.anew:
        for file in arguments.folder.iterdir():
            file.unlink()
    for module in (convolutional, mobile, attention, reordered, keras_models):
        for value in vars(module).values():
            if isinstance(value, Architecture) and (arguments.only is None or value.name in arguments.only):
                write(value, arguments.folder, arguments.anew)


def write(architecture: Architecture, folder: Path, anew: bool) -> None:
    image = picture(architecture.size)
    if architecture.channels_last:
        image = np.ascontiguousarray(image.transpose(0, 2, 3, 1))
    size = image.shape[1:] if architecture.channels_last else image.shape[2:]
    save(folder / f"input-{'x'.join(map(str, size))}.bin.gz", image)
    paths = {exporter: folder / f"{architecture.name}.{exporter}.onnx" for exporter in architecture.exporters}
    index = folder / f"{architecture.name}.json"
    kept = index.exists() and not anew and all(path.exists() for path in paths.values())
    results = expected(paths, image, json.loads(index.read_text())["target"]) if kept else None
    results = results or first_fit(architecture, paths, image)
    for exporter, path in paths.items():
        assert path.stat().st_size < LIMIT, (path, path.stat().st_size)
        explained = sum(layer.blocked is None for layer in results[exporter].layers)
        print(f"{path.name}: {path.stat().st_size} bytes, {explained} of {len(results[exporter].layers)} layers", flush=True)
    store(results, image, folder / architecture.name)


def first_fit(architecture: Architecture, paths: dict[str, Path], image: np.ndarray) -> dict[str, Result]:
    """Exports the model with the first random weights that float32 carries, and explains it."""
    for seed in range(20):
        model = randomised(architecture, image, seed)
        for exporter, path in paths.items():
            export(model, architecture, exporter, path)
        logits = model(torch.from_numpy(image)).detach().reshape(-1)
        results = expected(paths, image, int(logits.argmin() if architecture.lowest else logits.argmax()))
        if results is None:
            print(f"{architecture.name}: not the weights of seed {seed}", flush=True)
            continue
        for result in results.values():
            own = slice(1, None) if logits.numel() == 1 else slice(logits.numel())  # of one, z behind −z; of several, −z behind z
            output = torch.from_numpy(result.logits)[own]
            output = output if architecture.ending is None else architecture.ending(output)
            assert (output - logits).abs().max() < 1e-4 * logits.abs().max(), "the file computes something else than the model"
        return results
    raise SystemExit(f"{architecture.name}: no fit weights")


def expected(paths: dict[str, Path], image: np.ndarray, target: int) -> dict[str, Result] | None:
    """What is expected of every exporter's file; None where it would test little."""
    results = {exporter: explain(path, image, target) for exporter, path in paths.items()}
    faults = [fault for exporter in paths for fault in unfit(results[exporter], paths[exporter], image)]
    if faults:
        print(f"{next(iter(paths.values())).stem}: {faults[0]}", flush=True)
    return None if faults else results


def picture(size: tuple[int, int]) -> np.ndarray:
    """A smooth random image, the same for every model of this size, in steps that float32 holds exactly."""
    generator = torch.Generator().manual_seed(7)
    coarse = torch.randn(1, 3, 6, 6, generator=generator)
    fine = torch.randn(1, 3, 16, 16, generator=generator)
    image = sum(nn.functional.interpolate(part, size, mode="bicubic") for part in (coarse, 0.5 * fine))
    return (torch.round(image * 32) / 32).numpy()


def randomised(architecture: Architecture, image: np.ndarray, seed: int) -> nn.Module:
    """A model whose weights and running statistics are random, none of them at the usual 0 or 1, and logits of some size."""
    torch.manual_seed(seed)
    model = architecture.build()
    for name, parameter in model.named_parameters():
        with torch.no_grad():
            randomise(name, parameter)
    for module in model.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.momentum = None
            module.reset_running_stats()
    model.train()
    for module in model.modules():
        if isinstance(module, (nn.Dropout, nn.Dropout2d)) or type(module).__name__ == "DropPath":
            module.eval()
    with torch.no_grad():
        for _ in range(3):
            model(torch.from_numpy(image) + 0.7 * torch.randn(8, *image.shape[1:]))
    model.eval()
    with torch.no_grad():
        logits = model(torch.from_numpy(image))
        if architecture.ending is None and logits.numel() > 1:
            weight, bias = classifier(model)
            weight *= 3 / logits.std()
            bias.normal_()
    return model


def classifier(model: nn.Module) -> tuple[torch.Tensor, torch.Tensor]:
    last = [m for m in model.modules() if isinstance(m, (nn.Linear, nn.Conv2d))]
    return (last[-1].weight, last[-1].bias) if last else list(model.parameters())[-2:]


def randomise(name: str, parameter: torch.Tensor) -> None:
    last = name.split(".")[-1]
    if "pos_embed" in name or "token" in name or "bias_table" in name:
        parameter.normal_(0, 0.5)
    elif parameter.dim() > 1 and min(parameter.numel() // parameter.shape[0], parameter.shape[0]) > 1:
        parameter.normal_(0, (2 / (parameter.numel() / parameter.shape[0])) ** 0.5)
    elif "bias" in last or "beta" in last:
        parameter.normal_(0, 0.2)
    elif parameter.numel() > 1:  # some of them negative, as training makes them: folding then swaps w⁺ and w⁻
        parameter.uniform_(0.5, 1.5).mul_(torch.where(torch.rand_like(parameter) < 0.15, -1, 1))


def export(model: nn.Module, architecture: Architecture, exporter: str, path: Path) -> None:
    for file in (path, Path(f"{path}.data")):
        file.unlink(missing_ok=True)
    if exporter == "keras":
        model.export(path, format="onnx", verbose=False)
        return
    x = torch.zeros(1, *architecture.size, 3) if architecture.channels_last else torch.zeros(1, 3, *architecture.size)
    if exporter == "torchscript":
        training = torch.onnx.TrainingMode.PRESERVE if architecture.keep_norms else torch.onnx.TrainingMode.EVAL
        axes = {"input": {0: "batch"}, "logits": {0: "batch"}} if architecture.free_batch else None
        torch.onnx.export(model, (x,), path, dynamo=False, opset_version=architecture.opset, training=training,
                          input_names=["input"], output_names=["logits"], dynamic_axes=axes)  # fmt: skip
        return
    external = architecture.external_data
    shapes = ({0: torch.export.Dim("batch")},) if architecture.free_batch else None
    example = torch.zeros(2, 3, *architecture.size) if architecture.free_batch else x
    torch.onnx.export(model, (example,), path, dynamo=True, external_data=external, dynamic_shapes=shapes, verbose=False)
    file = onnx.load(path, load_external_data=False)
    for node in file.graph.node:  # of the exporter's notes keep the module path; the source lines name this computer's folders
        kept = [entry for entry in node.metadata_props if entry.key == "pkg.torch.onnx.name_scopes"]
        del node.metadata_props[:]
        node.metadata_props.extend(kept)
    for value in [*file.graph.value_info, *file.graph.input, *file.graph.output, *file.graph.initializer]:
        del value.metadata_props[:]
    onnx.save(file, path)


def unfit(result: Result, path: Path, image: np.ndarray) -> list[str]:
    """Why this random model would test little: dead or empty layers, or values that float32 does not carry."""
    rough = {layer.tensor: layer for layer in explain(path, image, result.target, torch.float32).layers}
    faults = []
    weighed = [layer for layer in result.layers if layer.map is not None]
    for layer in weighed:
        if not np.isfinite(layer.map).all():
            faults.append(f"{layer.tensor} is not finite")
        size = np.abs(layer.map).max()
        deviation = max(error(rough[layer.tensor].map, layer.map), error(rough[layer.tensor].weights, layer.weights))
        if size > 0 and deviation > NOISE:
            faults.append(f"{layer.tensor} ({layer.op}) deviates by {deviation:.1e} in float32")
    # Where class tokens alone reach the classifier, the last grids rightly are empty.
    empty = [layer for layer in weighed if layer.others == 0 and np.ptp(layer.map) == 0]
    if len(empty) > 0.1 * len(weighed):
        faults.append(f"{len(empty)} of {len(weighed)} maps are constant")
    return faults


def error(value: np.ndarray, expected: np.ndarray) -> float:
    return float(np.abs(value - expected).max() / max(np.abs(expected).max(), 1e-30))


def store(results: dict[str, Result], image: np.ndarray, path: Path) -> None:
    """Beside the models: their layers, and one after the other the numbers that both or one of them need."""
    numbers: list[np.ndarray] = []
    offsets: dict[bytes, int] = {}

    def put(values: np.ndarray) -> int:
        rounded = shortened(values.reshape(-1))
        if rounded.tobytes() not in offsets:
            offsets[rounded.tobytes()] = sum(part.size for part in numbers)
            numbers.append(rounded)
        return offsets[rounded.tobytes()]

    def entry(layer: Layer) -> dict:
        fields = {"tensor": layer.tensor, "op": layer.op, "size": [layer.channels, layer.height, layer.width]}
        marks = {"blocked": layer.blocked, "absorbed": layer.absorbed, "twin": layer.twin}
        fields |= {name: mark for name, mark in marks.items() if mark}
        if layer.map is not None:
            fields |= {"map": put(layer.map), "weights": put(layer.weights), "relevance": float(f"{layer.total:.5g}")}
        return fields if layer.gradients is None else fields | {"gradients": put(layer.gradients)}

    files = {
        exporter: {"logits": [float(f"{z:.7g}") for z in result.logits], "layers": [entry(layer) for layer in result.layers]}
        for exporter, result in results.items()
    }
    target = next(iter(results.values())).target
    path.with_suffix(".json").write_text(json.dumps({"input": list(image.shape), "target": target, "files": files}, separators=(",", ":")))
    save(path.with_suffix(".bin.gz"), np.concatenate(numbers))


def shortened(values: np.ndarray) -> np.ndarray:
    """float32 to 12 bits after the binary point (1.2e-4 of each value): the rest is noise that would not compress."""
    bits = np.ascontiguousarray(values, dtype="<f4").view("<u4")
    return ((bits + np.uint32(1 << 10)) & np.uint32(0xFFFFF800)).view("<f4")


def save(path: Path, values: np.ndarray) -> None:
    path.write_bytes(gzip.compress(values.astype("<f4").tobytes(), 9, mtime=0))


if __name__ == "__main__":
    main()
