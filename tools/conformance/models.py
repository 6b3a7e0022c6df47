"""Narrow versions of the architectures: the definitions of timm and torchvision with few channels and blocks."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import timm
import torch
import torchvision.models as tv
from timm.models import byobnet, efficientnet, ghostnet, hrnet, maxxvit, mlp_mixer, mobilenetv3
from timm.models._efficientnet_builder import decode_arch_def
from torch import nn

CLASSES = 10


@dataclass
class Architecture:
    name: str
    build: Callable[[], nn.Module]
    size: tuple[int, int] = (64, 64)
    #: Opset of the older exporter's file.
    opset: int = 17
    #: Whether the older exporter leaves BatchNormalization in the graph.
    keep_norms: bool = False
    free_batch: bool = False
    exporters: tuple[str, ...] = ("torchscript", "dynamo")
    #: Whether the newer exporter's weights lie in a file of their own.
    external_data: bool = False
    #: What the model itself applies to its logits.
    ending: Callable[[torch.Tensor], torch.Tensor] | None = None


ARCHITECTURES: list[Architecture] = []


def architecture(**options):
    def register(build: Callable[[], nn.Module]):
        ARCHITECTURES.append(Architecture(build.__name__, build, **options))
        return build

    return register


@contextmanager
def channels_divided_by(divisor: int):
    """Layers built within take and give a fraction of the channels asked for; images and classes keep theirs."""

    def fewer(channels: int) -> int:
        return channels if channels in (3, CLASSES) else max(1, channels // divisor)

    class Conv2d(nn.Conv2d):
        def __init__(self, in_channels: int, out_channels: int, *args, **kwargs):
            super().__init__(fewer(in_channels), fewer(out_channels), *args, **kwargs)

    class BatchNorm2d(nn.BatchNorm2d):
        def __init__(self, channels: int, *args, **kwargs):
            super().__init__(fewer(channels), *args, **kwargs)

    class Linear(nn.Linear):
        def __init__(self, before: int, after: int, *args, **kwargs):
            super().__init__(fewer(before), fewer(after), *args, **kwargs)

    original = nn.Conv2d, nn.BatchNorm2d, nn.Linear
    nn.Conv2d, nn.BatchNorm2d, nn.Linear = Conv2d, BatchNorm2d, Linear
    try:
        yield
    finally:
        nn.Conv2d, nn.BatchNorm2d, nn.Linear = original


class LRN(torch.autograd.Function):
    """Local response normalisation as the one operator that older frameworks write; PyTorch would spell it out."""

    @staticmethod
    def forward(context, x):
        return nn.functional.local_response_norm(x, 5, 1e-2, 0.75, 1.0)

    @staticmethod
    def symbolic(graph, x):
        return graph.op("LRN", x, size_i=5, alpha_f=1e-2, beta_f=0.75, bias_f=1.0).setType(x.type())


class ResponseNorm(nn.Module):
    def forward(self, x):
        return LRN.apply(x)


def timm_model(name: str, **options) -> nn.Module:
    return timm.create_model(name, num_classes=CLASSES, **options)


@architecture()
def resnet18():
    return timm_model("resnet18", channels=[8, 8, 12, 16], stem_width=4, layers=(1, 1, 1, 1))


@architecture(opset=11, keep_norms=True, free_batch=True)
def resnet50():
    return timm_model("resnet50", channels=[2, 4, 6, 8], layers=(1, 2, 1, 1))


@architecture()
def vgg11():
    return vgg([6, "M", 8, "M", 12, 12, "M", 16, 16, "M", 16, 16, "M"], batch_norm=False)


@architecture(opset=9, keep_norms=True)
def vgg13_bn():
    return vgg([4, 4, "M", 8, 8, "M", 12, 12, "M", 16, 16, "M", 16, 16, "M"], batch_norm=True)


def vgg(widths: list, batch_norm: bool) -> nn.Module:
    model = tv.VGG(tv.vgg.make_layers(widths, batch_norm), CLASSES, init_weights=False)
    model.avgpool = nn.AdaptiveAvgPool2d(2)
    model.classifier = nn.Sequential(
        nn.Linear(64, 32), nn.ReLU(True), nn.Dropout(), nn.Linear(32, 24), nn.ReLU(True), nn.Dropout(), nn.Linear(24, CLASSES)
    )
    return model


@architecture(size=(96, 96))
def alexnet():
    with channels_divided_by(16):
        model = tv.AlexNet(CLASSES)
    model.avgpool = nn.AdaptiveAvgPool2d(2)
    model.classifier[1] = nn.Linear(64, 64)
    model.classifier[4] = nn.Linear(64, 48)
    model.classifier[6] = nn.Linear(48, CLASSES)
    return model


@architecture(size=(96, 96), opset=9, exporters=("torchscript",), ending=nn.Softmax(0))
def alexnet_lrn():
    """As first published: local response normalisation, grouped convolutions (Krizhevsky et al. 2012)."""
    return nn.Sequential(
        nn.Sequential(nn.Conv2d(3, 8, 11, 4, 2), nn.ReLU(), ResponseNorm(), nn.MaxPool2d(3, 2)),
        nn.Sequential(
            nn.Conv2d(8, 12, 5, padding=2, groups=2), nn.ReLU(), ResponseNorm(), nn.MaxPool2d(3, 2)
        ),
        nn.Sequential(
            nn.Conv2d(12, 16, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(16, 16, 3, padding=1, groups=2),
            nn.ReLU(),
            nn.Conv2d(16, 12, 3, padding=1, groups=2),
            nn.ReLU(),
        ),
        nn.Sequential(nn.Flatten(), nn.Linear(300, 32), nn.ReLU(), nn.Dropout(), nn.Linear(32, CLASSES), nn.Softmax(1)),
    )


@architecture(size=(96, 96))
def squeezenet1_1():
    fire = tv.squeezenet.Fire
    model = tv.SqueezeNet("1_1", CLASSES)
    model.features = nn.Sequential(
        nn.Conv2d(3, 8, 3, 2), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True), fire(8, 4, 8, 8), fire(16, 4, 8, 8),
        nn.MaxPool2d(3, 2, ceil_mode=True), fire(16, 6, 12, 12), fire(24, 6, 12, 12), nn.MaxPool2d(3, 2, ceil_mode=True),
        fire(24, 6, 12, 12), fire(24, 8, 16, 16),
    )  # fmt: skip
    model.classifier[1] = nn.Conv2d(32, CLASSES, 1)
    return model


@architecture(size=(96, 96), opset=13)
def googlenet():
    with channels_divided_by(16):
        model = tv.GoogLeNet(CLASSES, aux_logits=False, init_weights=False)
    for repeated in ("inception4b", "inception4c", "inception5a"):
        setattr(model, repeated, nn.Identity())
    return model


@architecture(size=(96, 96))
def inception_v3():
    with channels_divided_by(32):
        model = tv.Inception3(CLASSES, aux_logits=False, init_weights=False)
    for repeated in ("Mixed_5d", "Mixed_6c", "Mixed_6d", "Mixed_6e", "Mixed_7c"):
        setattr(model, repeated, nn.Identity())
    return model


@architecture(opset=12, keep_norms=True, external_data=True)
def densenet121():
    return tv.DenseNet(4, (2, 3, 2, 2), 8, num_classes=CLASSES)


@architecture(free_batch=True)
def mobilenet_v2():
    settings = [[1, 4, 1, 1], [6, 6, 2, 2], [6, 8, 2, 2], [6, 10, 2, 2], [6, 12, 1, 1], [6, 14, 2, 2], [6, 16, 1, 1]]
    model = tv.MobileNetV2(CLASSES, 1.0, settings, round_nearest=2)
    model.features[-1] = conv_norm_relu(16, 32, 1)
    model.classifier[-1] = nn.Linear(32, CLASSES)
    return model


@architecture(opset=13, keep_norms=True)
def resnext50():
    return timm_model("resnext50_32x4d", channels=[4, 8, 8, 8], cardinality=2, base_width=32, layers=(1, 1, 1, 1))


@architecture()
def wide_resnet50():
    return timm_model("wide_resnet50_2", channels=[2, 4, 4, 6], layers=(1, 1, 1, 1))


@architecture(opset=12)
def se_resnet50():
    return timm_model("seresnet50", channels=[4, 4, 6, 8], layers=(1, 1, 1, 1))


@architecture()
def resnet50d():
    return timm_model("resnet50d", channels=[4, 4, 6, 8], layers=(1, 1, 1, 1), stem_width=4)


@architecture()
def repvgg():
    widths = (0.125, 0.0625, 0.0625, 0.03125)
    blocks = byobnet._rep_vgg_bcfg(d=(1, 1, 2, 1), wf=widths)
    return byobnet.ByobNet(byobnet.ByoModelCfg(blocks, stem_type="rep", stem_chs=8), CLASSES)


@architecture()
def mobilenet_v1():
    blocks = [["dsa_r1_k3_s1_c8"], ["dsa_r2_k3_s2_c12"], ["dsa_r1_k3_s2_c16"], ["dsa_r2_k3_s2_c24"]]
    return effnet(blocks, act_layer=nn.ReLU6, num_features=0)


@architecture(opset=13)
def mobilenet_v3():
    blocks = [
        ["ds_r1_k3_s2_e1_c8_se0.5_nre"],
        ["ir_r1_k3_s2_e4_c10_nre", "ir_r1_k3_s1_e3_c10_nre"],
        ["ir_r1_k5_s2_e4_c12_se0.25", "ir_r1_k5_s1_e3_c12_se0.25"],
        ["cn_r1_k1_s1_c40"],
    ]
    return mobilenet(blocks, act_layer=nn.Hardswish, se_layer=hard_gate())


def hard_gate():
    return partial(efficientnet.SqueezeExcite, gate_layer="hard_sigmoid", force_act_layer=nn.ReLU, rd_round_fn=int)


@architecture()
def mobilenet_v4():
    blocks = [
        ["cn_r1_k3_s2_e1_c8", "cn_r1_k1_s1_e1_c8"],
        ["uir_r1_a5_k5_s2_e3_c12", "uir_r1_a0_k3_s1_e2_c12", "uir_r1_a3_k0_s1_e4_c12"],
        ["uir_r1_a3_k3_s2_e3_c16", "uir_r1_a5_k5_s1_e2_c16"],
        ["cn_r1_k1_s1_c32"],
    ]
    return mobilenet(blocks, act_layer=nn.ReLU)


@architecture()
def mobilenet_v4_hybrid():
    blocks = [
        ["er_r1_k3_s2_e4_c8"],
        ["uir_r1_a3_k5_s2_e3_c12", "mqa_r1_k3_h2_s1_v2_d4_c12", "uir_r1_a3_k3_s1_e2_c12", "mha_r1_k3_h2_s1_d4_c12"],
        ["cn_r1_k1_s1_c32"],
    ]
    return mobilenet(blocks, act_layer=timm.layers.get_act_layer("gelu"), layer_scale_init_value=1e-5)


def mobilenet(blocks: list, **options) -> nn.Module:
    return mobilenetv3.MobileNetV3(decode_arch_def(blocks), CLASSES, stem_size=8, num_features=32, fix_stem=True, **options)


def effnet(blocks: list, **options) -> nn.Module:
    options = {"num_features": 32, "act_layer": nn.SiLU} | options
    return efficientnet.EfficientNet(decode_arch_def(blocks), CLASSES, stem_size=8, fix_stem=True, **options)


@architecture(free_batch=True)
def efficientnet_b0():
    blocks = [
        ["ds_r1_k3_s1_e1_c6_se0.25"],
        ["ir_r2_k3_s2_e4_c8_se0.25"],
        ["ir_r2_k5_s2_e4_c12_se0.25"],
        ["ir_r1_k3_s1_e4_c16_se0.25"],
    ]
    return effnet(blocks)


@architecture()
def efficientnet_v2():
    blocks = [["cn_r1_k3_s1_e1_c8_skip"], ["er_r2_k3_s2_e3_c8"], ["er_r1_k3_s2_e4_c12"], ["ir_r2_k3_s2_e4_c16_se0.25"]]
    return effnet(blocks)


@architecture(opset=11, ending=nn.Sigmoid())
def mnasnet():
    """With one logit behind a Sigmoid."""
    blocks = [["ds_r1_k3_s1_c8"], ["ir_r2_k3_s2_e3_c8"], ["ir_r2_k5_s2_e3_c12"], ["ir_r2_k3_s1_e4_c16"], ["ir_r1_k3_s2_e4_c20"]]
    model = effnet(blocks, act_layer=nn.ReLU)
    model.classifier = nn.Linear(32, 1)
    return nn.Sequential(OrderedDict(net=model, probability=nn.Sigmoid()))


@architecture(size=(64, 48), keep_norms=True)
def shufflenet_v2():
    return tv.ShuffleNetV2([2, 2, 2], [8, 16, 24, 32, 48], CLASSES)


@architecture()
def regnet_x():
    return regnet(None)


@architecture(opset=14)
def regnet_y():
    return regnet(0.25)


def regnet(se_ratio: float | None) -> nn.Module:
    widths = tv.regnet.BlockParams([1, 1, 2, 1], [8, 12, 16, 24], [4] * 4, [1.0] * 4, [2] * 4, se_ratio)
    return tv.RegNet(widths, CLASSES, stem_width=8)


@architecture()
def ghostnet_v1():
    stages = [[[3, 8, 8, 0, 1]], [[3, 24, 12, 0, 2]], [[3, 36, 12, 0, 1]], [[5, 36, 20, 0.25, 2]], [[5, 60, 20, 0.25, 1]]]
    model = ghostnet.GhostNet(stages, CLASSES)
    model.conv_head, model.classifier = nn.Conv2d(model.conv_head.in_channels, 32, 1), nn.Linear(32, CLASSES)
    return model


@architecture()
def hrnet_small():
    widths, heads = (4, 4, 6), (2, 3, 4)

    def stage(branches: int, block: str = "BASIC") -> dict:
        return {
            "num_modules": 1, "num_branches": branches, "block_type": block, "num_blocks": (1,) * branches,
            "num_channels": widths[:branches], "fuse_method": "SUM",
        }  # fmt: skip

    # The last stage gets no fourth branch: the files would grow too large.
    stages = {f"stage{i}": stage(min(i, 3), "BOTTLENECK" if i == 1 else "BASIC") for i in (1, 2, 3, 4)}
    model = hrnet.HighResolutionNet({"stem_width": 4} | stages, num_classes=CLASSES)
    # The head's width is not an option: the same layers, narrower.
    increase = [model._make_layer(hrnet.Bottleneck, width, head, 1) for width, head in zip(widths, heads)]
    reduce = [conv_norm_relu(4 * a, 4 * b, 3, stride=2, padding=1) for a, b in pairwise(heads)]
    model.incre_modules, model.downsamp_modules = nn.ModuleList(increase), nn.ModuleList(reduce)
    model.final_layer, model.classifier = conv_norm_relu(16, 32, 1), nn.Linear(32, CLASSES)
    return model


def conv_norm_relu(before: int, after: int, kernel: int, **options) -> nn.Module:
    return nn.Sequential(nn.Conv2d(before, after, kernel, **options), nn.BatchNorm2d(after), nn.ReLU())


@architecture()
def dla34():
    return timm_model("dla34", channels=(4, 4, 6, 8, 8, 12), levels=(1, 1, 1, 2, 2, 1))


@architecture(opset=13)
def res2net50():
    return timm_model("res2net50_26w_4s", channels=[4, 4, 6, 8], layers=(1, 1, 1, 1))


@architecture(size=(64, 96))
def convnext():
    return timm_model("convnext_atto", dims=(8, 12, 16, 20), depths=(1, 1, 2, 1))


@architecture()
def convnext_v2():
    return timm_model("convnextv2_atto", dims=(8, 8, 12, 16), depths=(1, 1, 2, 1))


@architecture()
def mlp_mixer_s8():
    return mlp_mixer.MlpMixer(CLASSES, 64, patch_size=8, num_blocks=3, embed_dim=16)


@architecture(free_batch=True)
def vit():
    return timm_model("vit_tiny_patch16_224", img_size=64, patch_size=8, embed_dim=16, depth=3, num_heads=2)


@architecture(opset=14)
def vit_registers():
    options = {"class_token": True, "reg_tokens": 3, "global_pool": "avg", "depth": 2, "num_heads": 2}
    return timm_model("vit_tiny_patch16_224", img_size=64, patch_size=8, embed_dim=16, **options)


@architecture(size=(48, 48), opset=14)
def deit_distilled():
    return timm_model("deit_tiny_distilled_patch16_224", img_size=48, patch_size=8, embed_dim=16, depth=3, num_heads=2)


@architecture(size=(32, 32), exporters=("dynamo",))
def swin():
    return swin_of((2, 1))


@architecture(size=(32, 32), exporters=("torchscript",))
def swin_one_stage():
    """The older exporter spells the windows' sizes out in so many nodes that a second stage would make the file too large."""
    return swin_of((2,))


def swin_of(depths: tuple[int, ...]) -> nn.Module:
    options = {"img_size": 32, "window_size": 4, "embed_dim": 8, "num_heads": (2, 4)[: len(depths)]}
    return timm_model("swin_tiny_patch4_window7_224", depths=depths, **options)


@architecture(size=(96, 96))
def efficientvit_m0():
    """With cascaded group attention (Liu et al. 2023)."""
    sizes = {"embed_dim": (8, 12), "depth": (1, 1), "num_heads": (2, 2), "key_dim": (4, 4), "window_size": (7, 7)}
    return timm_model("efficientvit_m0", img_size=96, **sizes)


@architecture()
def efficientvit_b0():
    """With linear attention, for which there is no rule (Cai et al. 2023)."""
    return timm_model("efficientvit_b0", widths=(4, 8, 8, 12, 16), depths=(1,) * 5, head_dim=4, head_widths=(32, 32))


@architecture()
def fastvit():
    return timm_model("fastvit_t8", embed_dims=(8, 8, 16, 16), layers=(1, 1, 1, 1))


@architecture()
def edgenext():
    return timm_model("edgenext_xx_small", dims=(8, 8, 12, 16), depths=(1, 1, 2, 1), heads=(2, 2, 2, 2))


@architecture()
def maxvit():
    timm.layers.set_fused_attn(False)  # the newer exporter fails on the fused one with heads this narrow
    attention = maxxvit.MaxxVitTransformerCfg(dim_head=4, window_size=(4, 4), grid_size=(4, 4))
    widths = maxxvit.MaxxVitCfg((8, 12), (1, 1), ("M", "M"), 8, transformer_cfg=attention)
    model = maxxvit.MaxxVit(widths, 64, num_classes=CLASSES)
    timm.layers.set_fused_attn(True)
    return model
