"""The first stages of the trained sample, which small networks stand on, frozen, so that minutes suffice to train them."""

from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from network import INPUT, WIDTHS, BasicBlock, SampleNet
from shapes import CLASSES
from train import BFLOAT16, Batch, Pictures, augment, normalise

SAMPLE = Path(__file__).resolve().parents[2] / "media" / "sample" / "sample.onnx"
CHANNELS, SIDE = WIDTHS[2], INPUT // 8
DRAWS = 2


class Stem(nn.Module):
    """(N, 3, 112, 112) → (N, CHANNELS, SIDE, SIDE), rectified."""

    def __init__(self):
        super().__init__()
        whole = SampleNet(len(CLASSES))
        self.conv1, self.relu, self.layer1, self.layer2, self.layer3 = whole.conv1, whole.relu, whole.layer1, whole.layer2, whole.layer3[:1]

    def forward(self, x: Tensor) -> Tensor:
        return self.layer3(self.layer2(self.layer1(self.relu(self.conv1(x)))))


def without_normalisation(block: BasicBlock) -> None:
    """The sample was exported with its normalisations folded into the convolutions."""
    block.bn1 = block.bn2 = nn.Identity()
    if isinstance(block.downsample, nn.Sequential):
        block.downsample = block.downsample[:1]


def trained_stem() -> Stem:
    stem = Stem()
    for block in (*stem.layer1, *stem.layer2, *stem.layer3):
        without_normalisation(block)
    graph = onnx.load(SAMPLE).graph
    values = {tensor.name: torch.from_numpy(onnx.numpy_helper.to_array(tensor).copy()) for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Conv":
            load_convolution(stem, node, values)
    return stem.requires_grad_(False).eval()


def load_convolution(stem: Stem, node: onnx.NodeProto, values: dict[str, Tensor]) -> None:
    """Nodes are named `/layer1/layer1.0/conv1/Conv`, after the modules."""
    folders = node.name.strip("/").split("/")[:-1]
    path = ".".join(part for i, part in enumerate(folders) if i == len(folders) - 1 or not folders[i + 1].startswith(f"{part}."))
    try:
        conv = stem.get_submodule(path)
    except AttributeError:
        return  # of a later stage
    assert isinstance(conv, nn.Conv2d)
    conv.weight, conv.bias = nn.Parameter(values[node.input[1]]), nn.Parameter(values[node.input[2]])


@torch.no_grad()
def feature_batches(pictures: Pictures, seed: int) -> Batch:
    """What the stem makes of the pictures, each augmented in DRAWS ways, of which a batch holds one by chance."""
    stem, generator = trained_stem().to(memory_format=torch.channels_last), torch.Generator().manual_seed(seed)
    kept = torch.empty(DRAWS, len(pictures.pixels), CHANNELS, SIDE, SIDE, dtype=torch.float16)
    for draw in kept:
        for rows in torch.randperm(len(draw), generator=generator).split(64):
            x = augment(normalise(pictures.pixels[rows.numpy()]), generator).contiguous(memory_format=torch.channels_last)
            with torch.autocast("cpu", torch.bfloat16, enabled=BFLOAT16):
                draw[rows] = stem(x).half()

    def batch(chosen: NDArray[np.int64], generator: torch.Generator) -> Tensor:
        rows = torch.from_numpy(chosen)
        return kept[torch.randint(DRAWS, (len(rows),), generator=generator), rows].float()

    return batch
