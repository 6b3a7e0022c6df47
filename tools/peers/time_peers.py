"""Times this project's engine beside other programs that explain images, on ResNet-50 and one picture of 224 × 224, as many threads each.

Grad-CAM of the 16 blocks by pytorch-grad-cam, the z⁺ rule by zennit, Relevance-CAM of one stage by the program of its authors. Each is
left out where it cannot be imported: PYTHONPATH names the folder of the first, `src` of the second, the folder of the third. Weights are
random: they change no time. All take turns; a row tells the lower quartile of a run's processor time, and of the time by the clock.

Needs torch, torchvision and onnx, and node with this project's packages. Run: python tools/peers/time_peers.py [--threads N] [--rounds N]
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import torch
from torchvision.models import ResNet, resnet50

ROOT = Path(__file__).resolve().parents[2]
RUNS = 3
TARGET = 101

Work = Callable[[], object]


class Engine:
    """The engine in a process of its own, which runs what it is asked and tells what that took."""

    def __init__(self, model: Path, threads: int) -> None:
        command = [ROOT / "node_modules/.bin/tsx", ROOT / "test/bench/answering.mts", model, str(threads)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def time(self, work: str) -> tuple[float, float]:
        self.process.stdin.write(f"{work} {RUNS}\n")
        self.process.stdin.flush()
        clock, processor = map(float, self.process.stdout.readline().split())
        return clock, processor

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def timed(work: Work) -> tuple[float, float]:
    """The time of a run by the clock and of processors, in ms."""
    work()  # The caches hold what others left.
    clock, processor = time.perf_counter(), time.process_time()
    for _ in range(RUNS):
        work()
    return 1000 * (time.perf_counter() - clock) / RUNS, 1000 * (time.process_time() - processor) / RUNS


def plain(model: ResNet, picture: torch.Tensor) -> dict[str, Work]:
    def forward() -> torch.Tensor:
        with torch.no_grad():
            return model(picture)

    return {"PyTorch: a forward pass": forward}


def grad_cam(model: ResNet, picture: torch.Tensor) -> dict[str, Work]:
    from pytorch_grad_cam import GradCAM
    from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

    blocks = [block for stage in (model.layer1, model.layer2, model.layer3, model.layer4) for block in stage]
    cam = GradCAM(model=model, target_layers=blocks)
    return {"pytorch-grad-cam: Grad-CAM of 16 blocks": lambda: cam(picture, [ClassifierOutputTarget(TARGET)])}


def z_plus(model: ResNet, picture: torch.Tensor) -> dict[str, Work]:
    from zennit.attribution import Gradient
    from zennit.composites import EpsilonPlus
    from zennit.torchvision import ResNetCanonizer

    EpsilonPlus(canonizers=[ResNetCanonizer()]).register(model)
    gradient, seed = Gradient(model=model), torch.eye(1000)[[TARGET]]
    return {"zennit: z⁺ down to the pixels": lambda: gradient(picture.clone(), seed)}


def authors(model: ResNet, picture: torch.Tensor) -> dict[str, Work]:
    from modules.resnet import resnet50 as theirs

    # Their program puts everything on a graphics card.
    torch.Tensor.cuda = lambda tensor: tensor
    explained = theirs().eval()
    explained.load_state_dict(model.state_dict())
    stages = ("layer4", "layer3", "layer2")
    return {f"the authors' program: Relevance-CAM of {stage}": lambda stage=stage: explained(picture, stage, [TARGET]) for stage in stages}


OURS = {
    "ours: Relevance-CAM of all layers": "all",
    "ours: Grad-CAM of 16 blocks": "blocks",
    "ours: Relevance-CAM of layer4": "layer4",
    "ours: Relevance-CAM of layer3": "layer3",
    "ours: Relevance-CAM of layer2": "layer2",
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(0)
    picture = torch.randn(1, 3, 224, 224)
    peers: dict[str, Work] = {}
    for peer in (plain, grad_cam, z_plus, authors):
        # A network of its own: each hangs its hooks on it.
        torch.manual_seed(0)
        try:
            peers |= peer(resnet50().eval(), picture)
        except ImportError as error:
            print(f"left out: {error}", file=sys.stderr)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "resnet50.onnx"
        torch.onnx.export(resnet50().eval(), (picture,), str(file), dynamo=False)
        engine = Engine(file, arguments.threads)
        took: dict[str, list[tuple[float, float]]] = {name: [] for name in (*OURS, *peers)}
        for work in OURS.values():
            engine.time(work)
        for _ in range(arguments.rounds):
            for name, work in OURS.items():
                took[name].append(engine.time(work))
            for name, work in peers.items():
                took[name].append(timed(work))
        with suppress(BrokenPipeError):
            engine.close()
    print(table(took))


def table(took: dict[str, list[tuple[float, float]]]) -> str:
    quartiles = {name: [statistics.quantiles(of, n=4)[0] for of in zip(*times, strict=True)] for name, times in took.items()}
    base, base_processor = quartiles[next(iter(OURS))]
    lines = ["| | by the clock | against all layers | processors | against all layers |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| {name} | {clock:.0f} ms | {clock / base:.2f} × | {processor:.0f} ms | {processor / base_processor:.2f} × |"
        for name, (clock, processor) in quartiles.items()
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
