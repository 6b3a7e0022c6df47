"""Narrow residual, dense and plain convolutional networks, by the definitions of timm and torchvision."""

from __future__ import annotations

from collections import OrderedDict
from itertools import pairwise

import timm
import torch
import torchvision.models as tv
from timm.models import byobnet, hrnet, resnetv2
from torch import nn

from narrow import CLASSES, architecture, channels_divided_by, conv_norm_relu, timm_model


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


@architecture()
def resnet18():
    return timm_model("resnet18", channels=[8, 8, 12, 16], stem_width=4, layers=(1, 1, 1, 1))


@architecture(opset=11, keep_norms=True, free_batch=True)
def resnet50():
    return timm_model("resnet50", channels=[2, 4, 6, 8], layers=(1, 2, 1, 1))


@architecture(lowest=True)
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


@architecture(size=(96, 96), opset=9, exporters=("torchscript",), ending=nn.Softmax(0), lowest=True)
def alexnet_lrn():
    """As first published: local response normalisation, grouped convolutions (Krizhevsky et al. 2012)."""
    return nn.Sequential(
        nn.Sequential(nn.Conv2d(3, 8, 11, 4, 2), nn.ReLU(), ResponseNorm(), nn.MaxPool2d(3, 2)),
        nn.Sequential(nn.Conv2d(8, 12, 5, padding=2, groups=2), nn.ReLU(), ResponseNorm(), nn.MaxPool2d(3, 2)),
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


@architecture(size=(48, 48), ending=nn.Sigmoid())
def multi_label():
    """A sigmoid for each class, several of which can be true."""
    return nn.Sequential(OrderedDict(features=rectified_features(), fc=nn.Linear(24, CLASSES), probabilities=nn.Sigmoid()))


@architecture(size=(48, 48))
def one_logit():
    """A value above 0 speaks for class 1; nothing stands behind it."""
    return nn.Sequential(OrderedDict(features=rectified_features(), fc=nn.Linear(24, 1)))


def rectified_features():
    blocks = [conv_norm_relu(before, after, 3, stride=2, padding=1) for before, after in ((3, 12), (12, 16), (16, 24))]
    return nn.Sequential(*blocks, nn.AdaptiveAvgPool2d(1), nn.Flatten())


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


@architecture(size=(96, 96), lowest=True)
def inception_v3():
    with channels_divided_by(32):
        model = tv.Inception3(CLASSES, aux_logits=False, init_weights=False)
    for repeated in ("Mixed_5d", "Mixed_6c", "Mixed_6d", "Mixed_6e", "Mixed_7c"):
        setattr(model, repeated, nn.Identity())
    return model


@architecture(opset=12, keep_norms=True, external_data=True)
def densenet121():
    return tv.DenseNet(4, (2, 3, 2, 2), 8, num_classes=CLASSES)


@architecture(opset=13, keep_norms=True, lowest=True)
def resnext50():
    return timm_model("resnext50_32x4d", channels=[4, 8, 8, 8], cardinality=2, base_width=32, layers=(1, 1, 1, 1))


@architecture()
def wide_resnet50():
    return timm_model("wide_resnet50_2", channels=[2, 4, 4, 6], layers=(1, 1, 1, 1))


@architecture(opset=12)
def se_resnet50():
    return timm_model("seresnet50", channels=[4, 4, 6, 8], layers=(1, 1, 1, 1))


@architecture(lowest=True)
def resnet50d():
    return timm_model("resnet50d", channels=[4, 4, 6, 8], layers=(1, 1, 1, 1), stem_width=4)


@architecture()
def repvgg():
    widths = (0.125, 0.0625, 0.0625, 0.03125)
    blocks = byobnet._rep_vgg_bcfg(d=(1, 1, 2, 1), wf=widths)
    return byobnet.ByobNet(byobnet.ByoModelCfg(blocks, stem_type="rep", stem_chs=8), CLASSES)


@architecture()
def regnet_x():
    return regnet(None)


@architecture(opset=14)
def regnet_y():
    return regnet(0.25)


def regnet(se_ratio: float | None, **options) -> nn.Module:
    widths = tv.regnet.BlockParams([1, 1, 2, 1], [8, 12, 16, 24], [4] * 4, [1.0] * 4, [2] * 4, se_ratio)
    return tv.RegNet(widths, CLASSES, stem_width=8, **options)


@architecture(lowest=True)
def regnet_silu():
    return regnet(0.25, activation=nn.SiLU)


@architecture()
def resnet50_v2():
    """Norm and Relu before each convolution (He et al. 2016)."""
    layers = {"conv_layer": timm.layers.create_conv2d, "norm_layer": timm.layers.BatchNormAct2d}
    return resnetv2.ResNetV2((1, 1, 2, 1), (8, 16, 24, 32), CLASSES, stem_chs=8, **layers)


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
    increase = [model._make_layer(hrnet.Bottleneck, width, head, 1) for width, head in zip(widths, heads, strict=True)]
    reduce = [conv_norm_relu(4 * a, 4 * b, 3, stride=2, padding=1) for a, b in pairwise(heads)]
    model.incre_modules, model.downsamp_modules = nn.ModuleList(increase), nn.ModuleList(reduce)
    model.final_layer, model.classifier = conv_norm_relu(16, 32, 1), nn.Linear(32, CLASSES)
    return model


@architecture()
def dla34():
    return timm_model("dla34", channels=(4, 4, 6, 8, 8, 12), levels=(1, 1, 1, 2, 2, 1))


@architecture(opset=13, lowest=True)
def res2net50():
    return timm_model("res2net50_26w_4s", channels=[4, 4, 6, 8], layers=(1, 1, 1, 1))
