"""Writes what pytorch-grad-cam makes of the pictures that it changes by a map, and its scores."""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from pytorch_grad_cam.metrics.cam_mult_image import DropInConfidence, IncreaseInConfidence
from pytorch_grad_cam.metrics.perturbation_confidence import (
    PerturbationConfidenceMetric,
    RemoveLeastRelevantFirst,
    RemoveMostRelevantFirst,
)
from pytorch_grad_cam.metrics.road import NoisyLinearImputer, ROADCombined

# The library keeps what is below the percentile: the parts that are removed are 80, 60, 40 and 20 %.
PERCENTILES = [20, 40, 60, 80]
FIRST = {"least": RemoveLeastRelevantFirst, "most": RemoveMostRelevantFirst}
MAPS = 2
SEED = 7


def without_equals(map_: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """The map enlarged, each value replaced by its rank, from 0 to 1: the library would remove all of several equal pixels."""
    tensor = torch.tensor(map_, dtype=torch.float64)[None, None]
    up = torch.nn.functional.interpolate(tensor, size=size, mode="bilinear", align_corners=False).numpy().reshape(-1)
    ranks = np.argsort(np.argsort(up, kind="stable"), kind="stable")
    return np.float32(ranks.reshape(size)) / (up.size - 1)


def removals(picture: torch.Tensor, cam: np.ndarray, model: torch.nn.Module, target: object) -> list[dict[str, object]]:
    found = []
    for name, remove in FIRST.items():
        for percentile in PERCENTILES:
            imputer = NoisyLinearImputer(noise=0)
            kept = remove(percentile, lambda _, mask: mask)(picture, torch.from_numpy(cam))
            filled = remove(percentile, imputer)(picture, torch.from_numpy(cam))
            change = PerturbationConfidenceMetric(remove(percentile, imputer))
            (probability,) = change(picture[None], cam[None], [target], model, return_diff=False)
            found.append(
                {
                    "first": name,
                    "part": (100 - percentile) / 100,
                    "removed": "".join("1" if value == 0 else "0" for value in kept.reshape(-1).tolist()),
                    "probability": float(probability),
                    "imputed": [round(value, 6) for value in filled[:, kept == 0].reshape(-1).tolist()],
                }
            )
    return found


def main(given: Path, file: Path) -> None:
    expected = json.loads(given.read_text())
    described = expected["picture"]
    channels, *size = (described[key] for key in ("channels", "height", "width"))
    picture = torch.tensor(described["values"], dtype=torch.float32).reshape(channels, *size)
    weights = torch.tensor(expected["model"]["weights"], dtype=torch.float32)
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(weights.shape[1], weights.shape[0], bias=False), torch.nn.Softmax(1))
    model[1].weight.data = weights

    def target(output: torch.Tensor) -> torch.Tensor:
        return output[expected["model"]["target"]]

    cells = []
    for cell in expected["cells"][:MAPS]:
        map_ = np.array(cell["map"]).reshape(cell["height"], cell["width"])
        cam = without_equals(map_, tuple(size))
        asked = (picture[None], cam[None], [target], model)
        torch.manual_seed(SEED)
        cells.append(
            {
                "ranks": np.rint(cam * (cam.size - 1)).astype(int).reshape(-1).tolist(),
                "drop": float(DropInConfidence()(*asked)[0]),
                "increase": float(IncreaseInConfidence()(*asked)[0]),
                "road": float(ROADCombined(PERCENTILES)(*asked)[0]),
                "removals": removals(picture, cam, model, target),
            }
        )
    file.write_text(json.dumps({"cells": cells}) + "\n")


main(Path(sys.argv[1]), Path(sys.argv[2]))
