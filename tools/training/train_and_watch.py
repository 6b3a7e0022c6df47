"""Trains the sample's network for a few epochs with the callback that training programs import, while `watch` explains
every checkpoint as it appears: overlays, strips and a table in FOLDER-watched. Needs `npm run build`, and
Python with the packages of tools/sample/requirements.txt.

Usage: PYTHONPATH=tools/sample:media/python python tools/training/train_and_watch.py FOLDER [--epochs N] [--pictures N]
"""

import argparse
import csv
import signal
import subprocess
import sys
import time
from pathlib import Path

import torch
from torch import nn

from network import INPUT, SampleNet
from relevance_cam_checkpoints import CheckpointExport
from shapes import CLASSES
from train import BATCH, MEAN, STD, Pictures, augment, draw_pictures, normalise

ROOT = Path(__file__).resolve().parents[2]
SHOWN = [ROOT / "media" / "sample" / "pictures" / name for name in ("boat-cat.png", "bird-umbrella.png")]
LAYERS = "layer1,layer2,layer3,layer4"
PATIENCE_S = 600


def train(pictures: Pictures, epochs: int, folder: Path) -> None:
    torch.manual_seed(0)
    generator = torch.Generator().manual_seed(0)
    net = SampleNet(len(CLASSES))
    example = torch.zeros(1, 3, INPUT, INPUT)
    with CheckpointExport(net, example, folder, class_names=CLASSES, mean=[MEAN] * 3, std=[STD] * 3, resize=INPUT) as export:
        export.epoch(0)
        steps = len(pictures.pixels) // BATCH
        optimizer = torch.optim.AdamW(net.parameters(), weight_decay=0.02)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 3e-3, epochs * steps, pct_start=0.15, cycle_momentum=False)
        loss_of = nn.CrossEntropyLoss()
        for epoch in range(1, epochs + 1):
            total = 0.0
            for chosen in torch.randperm(len(pictures.pixels), generator=generator).numpy()[: steps * BATCH].reshape(steps, BATCH):
                there = torch.from_numpy(pictures.present[chosen]).float()
                loss = loss_of(net(augment(normalise(pictures.pixels[chosen]), generator)), there / there.sum(1, keepdim=True))
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                schedule.step()
                total += float(loss.detach())
            print(f"epoch {epoch}: loss {total / steps:.3f}", flush=True)
            export.epoch(epoch)


def start_watching(folder: Path, out: Path) -> subprocess.Popen[bytes]:
    options = ["--runs", folder, "--images", *SHOWN, "--layers", LAYERS, "--out", out]
    return subprocess.Popen(["node", ROOT / "dist" / "cli.js", "watch", *options])


def wait_for(watching: subprocess.Popen[bytes], table: Path, rows: int) -> None:
    """Until the table tells of every checkpoint."""
    end = time.monotonic() + PATIENCE_S
    while watching.poll() is None and time.monotonic() < end:
        if table.exists():
            with open(table, newline="", encoding="utf-8") as file:
                if len({(row["file"], row["picture"]) for row in csv.DictReader(file)}) >= rows:
                    return
        time.sleep(1)
    sys.exit(f"{table} does not tell of {rows} checkpoints and pictures")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--pictures", type=int, default=1500)
    chosen = parser.parse_args()
    folder: Path = chosen.folder
    folder.mkdir(parents=True, exist_ok=True)
    out = folder.parent / f"{folder.name}-watched"
    watching = start_watching(folder, out)
    try:
        train(draw_pictures(1, chosen.pictures), chosen.epochs, folder)
        wait_for(watching, out / "checkpoints.csv", len(SHOWN) * (chosen.epochs + 1))
    finally:
        watching.send_signal(signal.SIGINT)
        watching.wait()
    print(f"{out}: {', '.join(sorted(path.name for path in out.glob('*.strip.png')))}")


if __name__ == "__main__":
    main()
