"""Narrow versions of the networks made of inverted residuals and their like."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial

import timm
import torchvision.models as tv
from timm.models import efficientnet, ghostnet, mobilenetv3
from timm.models._efficientnet_builder import decode_arch_def
from torch import nn

from narrow import CLASSES, architecture, conv_norm_relu


@architecture(free_batch=True)
def mobilenet_v2():
    settings = [[1, 4, 1, 1], [6, 6, 2, 2], [6, 8, 2, 2], [6, 10, 2, 2], [6, 12, 1, 1], [6, 14, 2, 2], [6, 16, 1, 1]]
    model = tv.MobileNetV2(CLASSES, 1.0, settings, round_nearest=2)
    model.features[-1] = conv_norm_relu(16, 32, 1)
    model.classifier[-1] = nn.Linear(32, CLASSES)
    return model


@architecture()
def mobilenet_v1():
    blocks = [["dsa_r1_k3_s1_c8"], ["dsa_r2_k3_s2_c12"], ["dsa_r1_k3_s2_c16"], ["dsa_r2_k3_s2_c24"]]
    return effnet(blocks, act_layer=nn.ReLU6, num_features=0)


@architecture(opset=13, lowest=True)
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


@architecture(free_batch=True, lowest=True)
def efficientnet_b0():
    blocks = [["ds_r1_k3_s1_e1_c6_se0.25"], ["ir_r2_k3_s2_e4_c8_se0.25"], ["ir_r2_k5_s2_e4_c12_se0.25"], ["ir_r1_k3_s1_e4_c16_se0.25"]]
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


@architecture(size=(64, 48), keep_norms=True, lowest=True)
def shufflenet_v2():
    return tv.ShuffleNetV2([2, 2, 2], [8, 16, 24, 32, 48], CLASSES)


@architecture(lowest=True)
def ghostnet_v1():
    stages = [[[3, 8, 8, 0, 1]], [[3, 24, 12, 0, 2]], [[3, 36, 12, 0, 1]], [[5, 36, 20, 0.25, 2]], [[5, 60, 20, 0.25, 1]]]
    model = ghostnet.GhostNet(stages, CLASSES)
    model.conv_head, model.classifier = nn.Conv2d(model.conv_head.in_channels, 32, 1), nn.Linear(32, CLASSES)
    return model
