"""Makes test/fixtures/producers: a picture, and for each producer of ONNX files a small classifier as it writes them.

What must be found of each is computed by ONNX Runtime on the file and by formulas of `subject.py`. Keras, timm, transformers and ONNX Runtime's
quantisers write their files themselves (`by_tools.py`, `quantised.py`); the habits of the others are rebuilt with onnx.helper (`by_hand.py`,
`deployed.py`). Usage: python tools/producers/make.py [--only NAME ...]
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import numpy as np
from PIL import Image

import by_hand
import by_tools
import deployed
import quantised
from subject import describe

TARGET = Path(__file__).resolve().parents[2] / "test" / "fixtures" / "producers"
PRODUCERS = {
    "tf2onnx": by_hand.tf2onnx,
    "custom-vision": by_hand.custom_vision,
    "matlab": by_hand.matlab,
    "ultralytics": deployed.ultralytics,
    "paddle": deployed.paddle,
    "keras": by_tools.keras,
    "timm": by_tools.timm,
    "hugging-face": by_tools.hugging_face,
    "ort-dynamic": quantised.dynamic,
    "ort-qdq": quantised.qdq,
    "ort-qoperator": quantised.qoperator,
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="*", choices=PRODUCERS)
    only = parser.parse_args().only
    TARGET.mkdir(parents=True, exist_ok=True)
    picture = draw()
    picture.save(TARGET / "picture.png", optimize=True)
    for name, write in PRODUCERS.items():
        if only is None or name in only:
            folder = TARGET / name
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            describe(folder, write(folder, picture))
            print(name, sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()), flush=True)


def draw() -> Image.Image:
    """Blobs of colour, different in every direction."""
    coarse = np.random.default_rng(3).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((84, 60), Image.Resampling.BICUBIC)


if __name__ == "__main__":
    main()
