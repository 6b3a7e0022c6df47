"""Makes media/sample: draws the pictures, trains the classifier, exports it and its checkpoints, and checks its maps.

Usage: python tools/sample/make.py [--sheets FOLDER]
"""

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch
from PIL import Image
from torch import nn

from check_maps import Separation, contact_sheet, model_input, separation, table, unseen
from network import INPUT, SampleNet
from scene import Scene, draw_scene
from shapes import CLASSES
from train import EPOCHS, MEAN, STD, TEST_PICTURES, TRAINING_PICTURES, accuracy, draw_pictures, train

TARGET = Path(__file__).resolve().parents[2] / "media" / "sample"
SIDE = 448
# Each picture is a seed of its own, so that none of them was trained on.
TRAINING_SEED, TEST_SEED, MAPS_SEED = 1, 2, 3
MAPS_PICTURES = 200
SHOWN = {
    "bird-umbrella": 100,
    "boat-cat": 101,
    "butterfly-car": 102,
    "cup-fish": 103,
    "flower-key": 104,
    "mushroom-tree": 105,
    "bird-cat-cup": 106,
    "boat-butterfly-mushroom": 107,
    "fish-key-umbrella": 113,
    "car-flower-tree": 109,
}

# The keys of a Hugging Face image processor.
PREPROCESSING = {
    "do_resize": True,
    "size": {"shortest_edge": INPUT},
    "resample": Image.Resampling.BILINEAR.value,
    "do_center_crop": True,
    "crop_size": {"height": INPUT, "width": INPUT},
    "do_rescale": True,
    "rescale_factor": 1 / 255,
    "do_normalize": True,
    "image_mean": [MEAN] * 3,
    "image_std": [STD] * 3,
}


# How the older and the newer of PyTorch's exporters are asked for models of any batch.
OLDER_EXPORTER = {"dynamo": False, "opset_version": 17, "dynamic_axes": {"image": {0: "batch"}, "logits": {0: "batch"}}}
NEWER_EXPORTER = {"dynamo": True, "opset_version": 20, "dynamic_shapes": ({0: torch.export.Dim("batch")},), "external_data": False}


def write_model(net: nn.Module, path: Path, exporter: dict[str, Any] = OLDER_EXPORTER) -> None:
    """The model as ONNX; ONNX Runtime must find PyTorch's logits with it."""
    picture = torch.zeros(2, 3, INPUT, INPUT)
    net = net.to(memory_format=torch.contiguous_format)
    torch.onnx.export(net, (picture,), path, input_names=["image"], output_names=["logits"], **exporter)
    drop_source_lines(path)
    x = torch.randn(4, 3, INPUT, INPUT, generator=torch.Generator().manual_seed(0))
    (logits,) = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"]).run(["logits"], {"image": x.numpy()})
    np.testing.assert_allclose(logits, net(x).detach().numpy(), rtol=1e-3, atol=1e-4)


def drop_source_lines(path: Path) -> None:
    """Of the newer exporter's notes the module paths stay; its source lines name this computer's folders."""
    file = onnx.load(path)
    for node in file.graph.node:
        kept = [entry for entry in node.metadata_props if entry.key == "pkg.torch.onnx.name_scopes"]
        del node.metadata_props[:]
        node.metadata_props.extend(kept)
    for value in [*file.graph.value_info, *file.graph.input, *file.graph.output, *file.graph.initializer]:
        del value.metadata_props[:]
    onnx.save(file, path)


def describe_models(folder: Path, labels: str) -> None:
    """The labels, one a line, and the preprocessing of the models in the folder."""
    (folder / labels).write_text("\n".join(CLASSES) + "\n")
    (folder / "preprocessor_config.json").write_text(json.dumps(PREPROCESSING, indent=2) + "\n")


def write_pictures(scenes: dict[str, Scene]) -> None:
    """PNGs, the mask of every object, and an index of both."""
    index = {}
    for name, scene in scenes.items():
        scene.picture.save(TARGET / "pictures" / f"{name}.png", optimize=True)
        objects = []
        for seen in scene.objects:
            mask = Image.fromarray(seen.mask).convert("L")
            file = f"masks/{name}.{seen.name}.png"
            mask.save(TARGET / file, optimize=True)
            left, top, right, bottom = mask.getbbox()
            box = {"x": left, "y": top, "width": right - left, "height": bottom - top}
            objects.append({"class": seen.name, "box": box, "mask": file})
        index[f"pictures/{name}.png"] = objects
    (TARGET / "pictures.json").write_text(json.dumps(index, indent=2) + "\n")


def draw_shown() -> dict[str, Scene]:
    return {name: draw_scene(np.random.default_rng(seed), SIDE, name.split("-"), oversampling=3) for name, seed in SHOWN.items()}


def write_models(states: dict[int, SampleNet]) -> None:
    for epoch, net in states.items():
        write_model(net, TARGET / "checkpoints" / f"epoch-{epoch:02}.onnx")
    write_model(states[EPOCHS], TARGET / "sample.onnx")
    describe_models(TARGET, "sample.labels.txt")
    describe_models(TARGET / "checkpoints", "labels.txt")


def shortcomings(net: SampleNet, found: dict[int, float], scenes: dict[str, Scene], maps: dict[str, Separation]) -> list[str]:
    """What keeps the sample from being fit to show."""
    result = [f"pictures of {k} objects: only {share:.1%} right" for k, share in found.items() if share < 0.95]
    for name, scene in scenes.items():
        best = net(model_input(scene.picture))[0].argsort(descending=True)[: len(scene.objects)]
        if {CLASSES[i] for i in best} != {seen.name for seen in scene.objects}:
            result.append(f"{name}: taken for {', '.join(CLASSES[i] for i in best)}")
    for layer, s in maps.items():
        if s.own < s.chance + 0.15 or s.correlation > 0.3:
            result.append(f"{layer}: the maps of two classes hardly differ")
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sheets", type=Path, help="folder for contact sheets of the maps")
    sheets: Path | None = parser.parse_args().sheets

    states = train(SampleNet, draw_pictures(TRAINING_SEED, TRAINING_PICTURES), TRAINING_SEED)
    shutil.rmtree(TARGET, ignore_errors=True)
    for folder in ("checkpoints", "pictures", "masks"):
        (TARGET / folder).mkdir(parents=True)
    write_models(states)
    scenes = draw_shown()
    write_pictures(scenes)

    test = draw_pictures(TEST_SEED, TEST_PICTURES)
    found = {epoch: accuracy(net, test) for epoch, net in states.items()}
    for epoch, shares in found.items():
        print(f"epoch {epoch}: " + ", ".join(f"{share:.1%} of {k} objects" for k, share in shares.items()))
    net = states[EPOCHS]
    maps = separation(net, unseen(MAPS_SEED, MAPS_PICTURES))
    print(table(maps))
    if sheets:
        sheets.mkdir(parents=True, exist_ok=True)
        for name, scene in scenes.items():
            contact_sheet(net, scene, sheets / f"{name}.png")
    if poor := shortcomings(net, found[EPOCHS], scenes, maps):
        sys.exit("\n".join(poor))


if __name__ == "__main__":
    main()
