"""Makes test/fixtures/processors/others.json: what others than Hugging Face's processors make of the picture there.

timm's own transforms; PaddleX's operations and pictures shrunk without antialiasing, by their formulas with PyTorch, Pillow
and ONNX Runtime. Needs what make.py needs, timm, onnx and onnxruntime. Usage: python tools/processors/make_by_others.py
"""

import json
from collections.abc import Callable

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from onnx import TensorProto, helper
from PIL import Image
from timm.data import create_transform

from make import MEAN, STD, STEP, TARGET, draw

Pixels = NDArray[np.float64]
"""(height, width, 3), 0 … 255"""

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def main() -> None:
    picture = draw()
    cases = [*timm_cases(picture), *paddle_cases(picture), *unfiltered_cases(picture)]
    lines = ",\n".join(json.dumps(case) for case in cases)
    (TARGET / "others.json").write_text(f"[\n{lines}\n]\n")


def case(name: str, values: NDArray[np.float64], **said: object) -> dict[str, object]:
    """A case by what is said beside the model or in its settings, and every STEP-th row and column of (channels, height, width)."""
    sampled = np.round(values[:, ::STEP, ::STEP].astype(float), 3).ravel().tolist()
    return {"name": name, **said, "shape": list(values.shape), "step": STEP, "values": sampled}


def timm_cases(picture: Image.Image) -> list[dict[str, object]]:
    usual = {"input_size": [3, 28, 28], "interpolation": "bicubic", "mean": MEAN, "std": STD, "crop_pct": 0.875, "crop_mode": "center"}
    tested = {**usual, "test_input_size": [3, 36, 36], "test_crop_pct": 1.0}

    def made(name: str, config: dict[str, object], size: int, share: float, **left_out: object) -> dict[str, object]:
        said = {key: config[key] for key in ("interpolation", "mean", "std", "crop_mode")}
        values = create_transform(input_size=(3, size, size), crop_pct=share, **said)(picture)
        return case(f"timm: {name}", values.numpy(), beside={"config.json": json.dumps({"pretrained_cfg": {**config, **left_out}})})

    def made_grey(name: str, config: dict[str, object]) -> dict[str, object]:
        values = create_transform(**{**config, "input_size": tuple(config["input_size"])})(picture.convert("L"))
        return case(f"timm: {name}", values.numpy(), beside={"config.json": json.dumps({"pretrained_cfg": config})})

    return [
        made("the usual", usual, 28, 0.875),
        made("exported at the size of the tests", tested, 36, 1.0),
        made("trained at another size than tested", tested, 28, 0.875),
        made("exported at a size of one's own", usual, 42, 0.875),
        made("all of the picture within a border", {**usual, "crop_mode": "border", "crop_pct": 1.0}, 28, 1.0),
        made("what is null left to timm", usual, 28, 0.875, crop_pct=None, crop_mode=None, interpolation=None),
        made("shares above 1, which leave a border", usual, 28, 1.2, crop_pct=1.2),
        made_grey("grey", {**usual, "input_size": [1, 28, 28], "mean": [0.5], "std": [0.25]}),
        {**made("in one, as older versions write it", usual, 28, 0.875), "beside": {"config.json": json.dumps({"architecture": "resnet18", **usual})}},
        made("nearly all of the picture within a border", {**usual, "crop_mode": "border"}, 28, 0.875),
    ]


def paddle_cases(picture: Image.Image) -> list[dict[str, object]]:
    pixels = np.asarray(picture, float)

    def made(name: str, operations: list[str], prepared: Pixels) -> dict[str, object]:
        lines = ["PreProcess:", "  transform_ops:", *(f"  - {operation}" for operation in operations)]
        return case(f"PaddleX: {name}", prepared.transpose(2, 0, 1), beside={"inference.yml": "\n".join(lines) + "\n"})

    def normalised(levels: Pixels) -> Pixels:
        return (levels / 255 - IMAGENET_MEAN) / IMAGENET_STD

    rounded = bilinear(pixels, 56, 37)[2:34, 12:44]
    shorter = np.asarray(picture.resize((54, 36), Image.Resampling.BICUBIC), float)[2:34, 11:43]
    return [
        made(
            "both sides, a scale written out",
            ["ResizeImage: {size: [40, 32]}", "NormalizeImage: {scale: 1.0/255.0, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], order: hwc}"],
            normalised(bilinear(pixels, 40, 32)),
        ),
        made(
            "resized by Pillow, what is null left to PaddleClas",
            [
                "ResizeImage: {resize_short: 36, interpolation: bicubic, backend: pil}",
                "CropImage: {size: 32}",
                "NormalizeImage: {scale: '0.00392156862745098', mean: null, std: null}",
                "ToCHWImage: null",
            ],
            normalised(shorter),
        ),
        made("sizes rounded to the nearest", ["ResizeImage: {resize_short: 37, interpolation: LINEAR}", "CropImage: {size: 32}", "NormalizeImage: null"], normalised(rounded)),
        made("by covered areas", ["ResizeImage: {size: [40, 28], interpolation: AREA}", "NormalizeImage: null"], normalised(covered(pixels, 40, 28))),
        made("by areas, as OpenCV enlarges", ["ResizeImage: {size: [240, 64], interpolation: 3}", "NormalizeImage: null"], normalised(widened(pixels, 240))),
        made("blue first, not normalised", ["DecodeImage: {to_rgb: false}", "ResizeImage: {size: 32}"], bilinear(pixels, 32, 32)[..., ::-1]),
    ]  # fmt: skip


def unfiltered_cases(picture: Image.Image) -> list[dict[str, object]]:
    pixels = np.asarray(picture, float)

    def made(name: str, shrunk: Pixels, **settings: object) -> dict[str, object]:
        said = {"antialias": False, "range": [0, 255], **settings}
        return case(f"without antialiasing: {name}", shrunk.transpose(2, 0, 1), settings=said)

    centre = bilinear(pixels, 54, 36)[2:34, 11:43]
    return [
        made("squashed", bilinear(pixels, 28, 28), fit="squash"),
        made("the centre cut out", centre, fit="crop", resize=36),
        made("by whole factors", bilinear(pixels, 24, 16), fit="squash"),
        made("enlarged", bilinear(pixels, 144, 96), fit="squash"),
        made("bicubic, as TensorFlow's", by_runtime(pixels, 28, 28), fit="squash", interpolation="bicubic"),
        made("nearest", by_torch("nearest-exact")(pixels, 28, 28), fit="squash", interpolation="nearest"),
    ]


def by_torch(mode: str) -> Callable[[Pixels, int, int], Pixels]:
    """Of the pixel centres' nearest neighbours alone, whatever the scale; OpenCV's and TensorFlow's where it is bilinear."""

    def resized(pixels: Pixels, width: int, height: int) -> Pixels:
        planes = torch.from_numpy(pixels.transpose(2, 0, 1))[None]
        return torch.nn.functional.interpolate(planes, size=(height, width), mode=mode)[0].round().numpy().transpose(1, 2, 0)

    return resized


bilinear = by_torch("bilinear")


def covered(pixels: Pixels, width: int, height: int) -> Pixels:
    """OpenCV's INTER_AREA: the mean over what each target pixel covers, from the sums up to its edges."""
    for axis, count in ((0, height), (1, width)):
        size = pixels.shape[axis]
        sums = np.concatenate([np.zeros_like(pixels.take([0], axis)), np.cumsum(pixels, axis)], axis)
        edges = np.linspace(0, size, count + 1)
        at_edges = np.apply_along_axis(lambda line: np.interp(edges, np.arange(size + 1), line), axis, sums)
        pixels = np.diff(at_edges, axis=axis) * count / size
    return np.round(pixels)


def widened(pixels: Pixels, width: int) -> Pixels:
    """Its way to enlarge: each pixel keeps its colour up to the target pixel that reaches into the next."""
    scale = pixels.shape[1] / width
    columns = []
    for place in range(width):
        left = int(place * scale)
        share = max(0.0, (place + 1) - (left + 1) / scale)
        right = min(left + 1, pixels.shape[1] - 1)
        columns.append(pixels[:, left] * (1 - share) + pixels[:, right] * share)
    return np.round(np.stack(columns, 1))


def by_runtime(pixels: Pixels, width: int, height: int) -> Pixels:
    """ONNX's Resize with Keys' cubic, what is beyond the edge left out: ResizeBicubic of TensorFlow."""
    how = {"mode": "cubic", "cubic_coeff_a": -0.5, "exclude_outside": 1, "coordinate_transformation_mode": "half_pixel"}
    sizes = helper.make_tensor("sizes", TensorProto.INT64, [4], [1, 3, height, width])
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, None, None]) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Resize", ["x", "", "", "sizes"], ["y"], **how)], "resize", values[:1], values[1:], [sizes])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    (resized,) = session.run(None, {"x": pixels.transpose(2, 0, 1)[None].astype(np.float32)})
    return np.clip(resized[0].round(), 0, 255).transpose(1, 2, 0).astype(float)


if __name__ == "__main__":
    main()
