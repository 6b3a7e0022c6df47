"""Whether the ends of all blocks of full-size models are layers: blocks.md.

Needs what sweep.py needs, transformers, and a built command line (npm run build).
Usage, from the repository's root: python test/full-size/blocks.py [--only NAME ...] [--table]
Exports one model at a time, both ways, and keeps no file. What was found is added to out/blocks.json at once.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import onnx
import timm
import torch
import torchvision.models as tv
from torch import nn

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "out" / "blocks.json"
EXPORTERS = {"torchscript": "old", "dynamo": "new"}
PATIENCE = 400


@dataclass
class Subject:
    title: str
    name: str
    #: The modules that are its blocks.
    blocks: str
    size: int = 224
    build: Callable[[], nn.Module] | None = None

    def model(self) -> nn.Module:
        timm.layers.set_fused_attn(False)  # the newer exporter cannot convert that of every model
        return (self.build() if self.build else timm.create_model(self.name)).eval()


class Logits(nn.Module):
    """A model of transformers, without its dictionary of outputs."""

    def __init__(self, name: str, config: str):
        super().__init__()
        import transformers

        self.model = getattr(transformers, name)(getattr(transformers, config)())

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        return self.model(image).logits


STAGES = r"stages\.\d+\.blocks\.\d+"
LAYERS = r"layers\.\d+\.blocks\.\d+"
PLAIN = r"blocks\.\d+"
SUBJECTS = [
    Subject("Swin v2", "swinv2_tiny_window8_256", LAYERS, 256),
    Subject("Swin v2 (torchvision)", "swin_v2_t", r"features\.[1357]\.\d+", 256, lambda: tv.swin_v2_t()),
    Subject("Hiera", "hiera_tiny_224", PLAIN),
    Subject("NesT", "nest_tiny", r"levels\.\d+\.transformer_encoder\.\d+"),
    Subject("TNT", "tnt_s_patch16_224", PLAIN),
    Subject("CrossViT", "crossvit_9_240", r"blocks\.\d+\.blocks\.\d+\.\d+", 240),
    Subject("MViT v2", "mvitv2_tiny", STAGES),
    Subject("CoaT", "coat_tiny", r"(serial_blocks\d|parallel_blocks)\.\d+"),
    Subject("CoaT-Lite", "coat_lite_tiny", r"serial_blocks\d\.\d+"),
    Subject("Twins-SVT", "twins_svt_small", r"blocks\.\d+\.\d+"),
    Subject("Twins-PCPVT", "twins_pcpvt_small", r"blocks\.\d+\.\d+"),
    Subject("GC ViT", "gcvit_xxtiny", STAGES),
    Subject("DaViT", "davit_tiny", r"stages\.\d+\.blocks\.\d+\.\d+"),
    Subject("FocalNet", "focalnet_tiny_srf", LAYERS),
    Subject("CoAtNet", "coatnet_nano_rw_224", STAGES),
    Subject("PiT", "pit_ti_224", r"transformers\.\d+\.blocks\.\d+"),
    Subject("ConViT", "convit_tiny", PLAIN),
    Subject("Visformer", "visformer_tiny", r"stage\d\.\d+"),
    Subject("VOLO", "volo_d1_224", r"network\.[0234]\.\d+"),
    Subject("EVA-02", "eva02_tiny_patch14_224", PLAIN),
    Subject("MobileViT v2", "mobilevitv2_050", r"stages\.\d+\.\d+", 256),
    Subject("EfficientFormer v2", "efficientformerv2_s0", STAGES),
    Subject("gMLP", "gmlp_s16_224", PLAIN),
    Subject("CvT", "CvtForImageClassification", r"model\.cvt\.encoder\.stages\.\d+\.layers\.\d+", 224,
            lambda: Logits("CvtForImageClassification", "CvtConfig")),
    Subject("Swin v1 (transformers)", "SwinForImageClassification", r"model\.swin\.encoder\.layers\.\d+\.blocks\.\d+", 224,
            lambda: Logits("SwinForImageClassification", "SwinConfig")),
]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--table", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for subject in [] if arguments.table else SUBJECTS:
        if arguments.only is None or subject.name in arguments.only:
            sweep(subject)
    write_table(stored(), Path(__file__).with_name("blocks.md"))


def sweep(subject: Subject) -> None:
    torch.manual_seed(7)
    model = subject.model()
    blocks = [name for name, _ in model.named_modules() if re.fullmatch(subject.blocks, name)]
    for exporter in EXPORTERS:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.onnx"
            try:
                export(model, subject.size, exporter, path)
                found = inspect(path, blocks)
            except Exception as error:  # whatever an exporter throws belongs in the table
                found = {"problem": f"PyTorch cannot export it: {type(error).__name__}"}
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(stored() | {f"{subject.name}.{exporter}": found}, indent=1))
        print(subject.name, exporter, found, flush=True)


def export(model: nn.Module, size: int, exporter: str, path: Path) -> None:
    x = torch.zeros(1, 3, size, size)
    if exporter == "torchscript":
        torch.onnx.export(model, (x,), path, dynamo=False, opset_version=17)
    else:
        torch.onnx.export(model, (x,), path, dynamo=True, verbose=False)


def inspect(path: Path, blocks: list[str]) -> dict:
    command = ["node", "dist/cli.js", "inspect", "--model", str(path), "--json", "-"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)
    if not run.stdout:  # it also ends with an error where some layers are blocked
        return {"problem": run.stderr.strip()}
    layers = {layer["tensor"]: layer for layer in json.loads(run.stdout)["layers"]}
    ends = ends_of(path, blocks)
    return {
        "blocks": len(ends),
        "missing": [block for block, tensor in ends.items() if tensor not in layers],
        "blocked": [block for block, tensor in ends.items() if tensor in layers and layers[tensor]["blockedBy"]],
        "layers": len(layers),
        "explained": sum(layer["blockedBy"] is None for layer in layers.values()),
    }


def ends_of(path: Path, blocks: list[str]) -> dict[str, str]:
    """Of what every block hands on, the tensor with positions that is computed last."""
    graph = onnx.shape_inference.infer_shapes(onnx.load(path, load_external_data=False)).graph
    shapes = {v.name: [d.dim_value for d in v.type.tensor_type.shape.dim] for v in graph.value_info if is_float(v)}
    modules = {name: module_of(node) for node in graph.node for name in node.output}
    order = {name: place for place, node in enumerate(graph.node) for name in node.output}
    ends: dict[str, str] = {}
    for node in graph.node:
        for name in node.input:
            for block in blocks:
                if within(modules.get(name, ""), block) and not within(module_of(node), block) and has_positions(shapes.get(name)):
                    ends[block] = max(name, ends.get(block, name), key=order.__getitem__)
    return ends


def is_float(value: onnx.ValueInfoProto) -> bool:
    return value.type.tensor_type.elem_type == onnx.TensorProto.FLOAT


def has_positions(shape: list[int] | None) -> bool:
    """More than one, which a class token alone has not."""
    return shape is not None and len(shape) > 2 and sorted(shape)[-2] > 1


def module_of(node: onnx.NodeProto) -> str:
    """The module that a node belongs to, from the newer exporter's notes or the older one's names."""
    scopes = next((entry.value for entry in node.metadata_props if entry.key == "pkg.torch.onnx.name_scopes"), None)
    if scopes is not None:
        return re.findall(r"'([^']*)'", scopes)[-2]  # the last is the operation
    parts: list[str] = []
    for part in node.name.split("/")[1:-1]:
        if parts and part.startswith(f"{parts[-1]}."):
            parts.pop()
        parts.append(part)
    return ".".join(parts)


def within(module: str, block: str) -> bool:
    return f"{module}.".startswith(f"{block}.")


HEAD = """# The ends of blocks

Randomly initialised models of timm, torchvision and transformers, exported by PyTorch's old exporter and its new one. A block's end is the last
tensor with positions that its module hands on, where the shapes in the file tell it. Written by `test/full-size/blocks.py`.

| architecture | model | exporter | ends found, of all | layers explained, of all | remark |
| --- | --- | --- | ---: | ---: | --- |
"""


def write_table(results: dict[str, dict], path: Path) -> None:
    rows = []
    for subject in sorted(SUBJECTS, key=lambda s: s.title.lower()):
        for exporter, called in EXPORTERS.items():
            found = results.get(f"{subject.name}.{exporter}")
            if found is None:
                continue
            cells = [subject.title, f"`{subject.name}`", called]
            if "problem" in found:
                cells += ["", "", found["problem"].replace("|", "\\|")]
            else:
                remarks = [f"not found: {', '.join(found['missing'])}"] if found["missing"] else []
                remarks += [f"cannot be explained: {', '.join(found['blocked'])}"] if found["blocked"] else []
                ends = found["blocks"] - len(found["missing"])
                cells += [f"{ends} of {found['blocks']}", f"{found['explained']} of {found['layers']}", "; ".join(remarks)]
            rows.append(f"| {' | '.join(cells)} |")
    path.write_text(HEAD + "\n".join(rows) + "\n")


def stored() -> dict[str, dict]:
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else {}


if __name__ == "__main__":
    main()
