"""Writes test/fixtures/annotations/rle.json: masks, and how pycocotools writes them as lengths of runs."""

import json
from pathlib import Path

import numpy as np
from pycocotools import mask as coco

FIXTURE = Path(__file__).parents[2] / "test" / "fixtures" / "annotations" / "rle.json"


def masks():
    random = np.random.default_rng(7)
    yield np.zeros((3, 5))
    yield np.ones((4, 2))
    yield np.eye(6)
    # Long runs and large differences between them need several characters each.
    large = np.zeros((240, 90))
    large[7:200, 3:60] = 1
    large[50:52, 10:40] = 0
    large[:, 70] = 1
    yield large
    for share in (0.1, 0.5, 0.9):
        yield random.random((9, 13)) < share


def entry(mask):
    encoded = coco.encode(np.asfortranarray(mask, dtype=np.uint8))
    rows = ["".join("#" if value else "." for value in row) for row in mask]
    return {"rows": rows, "size": encoded["size"], "counts": encoded["counts"].decode("ascii")}


FIXTURE.parent.mkdir(exist_ok=True)
FIXTURE.write_text(json.dumps([entry(mask) for mask in masks()]) + "\n")
