"""Makes test/fixtures/processors: a picture, and what Hugging Face's image processors make of it.

Needs transformers 5, torch, torchvision, pillow and numpy; no model is loaded. Usage: python tools/processors/make.py
"""

import json
from pathlib import Path

import numpy as np
import transformers
from PIL import Image

TARGET = Path(__file__).resolve().parents[2] / "test" / "fixtures" / "processors"
WIDTH, HEIGHT = 96, 64
STEP = 3

MEAN, STD = [0.4, 0.45, 0.5], [0.2, 0.25, 0.3]
NORMALISED = {"image_mean": MEAN, "image_std": STD}
CUT_TO_32 = {"do_center_crop": True, "crop_size": {"height": 32, "width": 32}}
CONFIGURATIONS = [
    ("ViT", {"size": {"height": 32, "width": 40}, **NORMALISED}),
    ("ViT", {"size": 40}),
    ("ViT", {"size": 32, "do_rescale": False, "do_normalize": False}),
    ("ViT", {"do_resize": False, **NORMALISED}),
    ("Pvt", {"size": {"height": 32, "width": 32}}),
    ("Gemma3", {"size": {"height": 32, "width": 32}}),
    ("Siglip", {"size": {"height": 32, "width": 32}}),
    ("Blip", {"size": {"height": 32, "width": 32}}),
    ("DINOv3ViT", {"size": {"height": 32, "width": 32}}),
    ("Beit", {"size": 40, "do_center_crop": True, "crop_size": 32, **NORMALISED}),
    ("Beit", {"size": {"height": 32, "width": 32}, "do_center_crop": False}),
    ("DeiT", {"size": 40, "crop_size": 32, "resample": 3}),
    ("DeiT", {"size": {"height": 48, "width": 48}, **CUT_TO_32, **NORMALISED}),
    ("MobileNetV1", {"size": {"shortest_edge": 36}, **CUT_TO_32}),
    ("MobileNetV2", {"size": {"shortest_edge": 36}, **CUT_TO_32}),
    ("MobileNetV2", {"size": 36, **CUT_TO_32}),
    ("CLIP", {"size": 36, "crop_size": 32}),
    ("CLIP", {"size": {"shortest_edge": 40}, **CUT_TO_32}),
    ("ChineseCLIP", {"size": {"shortest_edge": 36}, **CUT_TO_32}),
    ("Bit", {"size": {"shortest_edge": 36}, **CUT_TO_32, "image_mean": [0.485, 0.456, 0.406]}),
    ("TextNet", {"size": {"shortest_edge": 32}}),
    ("Levit", {"size": {"shortest_edge": 28}, "crop_size": 28}),
    ("Levit", {"size": 28, "crop_size": 28, "do_center_crop": True}),
    ("PoolFormer", {"size": {"shortest_edge": 36}, "crop_size": 36}),
    ("PoolFormer", {"size": 32, "crop_pct": 0.8, **CUT_TO_32}),
    ("ConvNext", {"size": {"shortest_edge": 35}, "crop_pct": 0.875}),
    ("ConvNext", {"size": 28, **NORMALISED}),
    ("ConvNext", {"size": {"shortest_edge": 384}}),
    ("Perceiver", {"size": {"height": 28, "width": 28}, "crop_size": {"height": 32, "width": 32}}),
    ("Perceiver", {"size": 28, "crop_size": 32, "do_center_crop": True}),
    ("EfficientNet", {"size": {"height": 32, "width": 32}, "resample": 0, "include_top": True, **NORMALISED}),
    ("EfficientNet", {"size": 32, "include_top": False, "rescale_factor": 1 / 127.5, "rescale_offset": True}),
    ("EfficientNet", {"size": 32, "do_normalize": False, **NORMALISED}),
    ("PPLCNet", {"crop_size": 32, "resize_short": 40}),
    ("PPLCNet", {"crop_size": 32, "resize_short": 36, "size": {"height": 36, "width": 36}, **NORMALISED}),
    ("Donut", {"size": {"height": 64, "width": 96}}),
    ("MobileViT", {"size": {"shortest_edge": 36}, "crop_size": 32, **NORMALISED}),
    ("MobileViT", {"size": {"shortest_edge": 28}, "crop_size": {"height": 33, "width": 33}}),
    ("CLIP", {"size": {"shortest_edge": 37}, **CUT_TO_32}),
    ("MobileViT", {"size": 36, "crop_size": 32, "do_flip_channel_order": False, "do_normalize": True}),
]


def main() -> None:
    """Writes the picture and the values of every configuration."""
    TARGET.mkdir(parents=True, exist_ok=True)
    picture = draw()
    picture.save(TARGET / "picture.png")
    cases = [prepared(picture, name, keys) for name, keys in CONFIGURATIONS]
    lines = ",\n".join(json.dumps(case) for case in cases)
    (TARGET / "processors.json").write_text(f"[\n{lines}\n]\n")


def draw() -> Image.Image:
    """Blobs of colour with some texture, different in every direction."""
    rng = np.random.default_rng(1)
    coarse = Image.fromarray(rng.integers(0, 256, (8, 12, 3), dtype=np.uint8))
    smooth = np.asarray(coarse.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC), dtype=float)
    noisy = smooth + rng.normal(0, 12, smooth.shape)
    return Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))


def processor_class(name: str) -> type:
    """The one that runs on Pillow, which resamples as the training of most models did, where there is one."""
    return getattr(transformers, f"{name}ImageProcessorPil", None) or getattr(transformers, f"{name}ImageProcessor")


def prepared(picture: Image.Image, name: str, keys: dict[str, object]) -> dict[str, object]:
    """What the class makes of the picture with these keys: every STEP-th row and column of its pixels."""
    processor = processor_class(name)(**keys)
    values = np.asarray(processor(picture, return_tensors="np")["pixel_values"])[0]
    step = STEP * max(1, values.shape[1] // 32)
    sampled = values[:, ::step, ::step].astype(float)
    # Keys alone: what the class takes for those left out, its reader has to know.
    config = {"image_processor_type": f"{name}ImageProcessor", **keys}
    return {
        "config": config,
        "shape": list(values.shape),
        "step": step,
        "values": np.round(sampled, 3).ravel().tolist(),
    }


if __name__ == "__main__":
    main()
