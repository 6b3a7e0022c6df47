"""One standard model, the smallest usual one, of every family; the quickest first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import timm
import torchvision.models as tv
from torch import nn


@dataclass
class Architecture:
    #: Its name in the library it comes from.
    name: str
    #: As people call it.
    title: str
    build: Callable[[], nn.Module]
    size: int


def of_timm(title: str, name: str) -> Architecture:
    return Architecture(name, title, lambda: timm.create_model(name), timm.get_pretrained_cfg(name).input_size[-1])


def of_torchvision(title: str, name: str, size: int = 224, **options) -> Architecture:
    return Architecture(name, title, lambda: tv.get_model(name, weights=None, **options), size)


def with_plain_attention(architecture: Architecture) -> Architecture:
    """With attention spelled out: PyTorch's newer exporter cannot convert the fused one of every model."""

    def build() -> nn.Module:
        timm.layers.set_fused_attn(False)
        try:
            return architecture.build()
        finally:
            timm.layers.set_fused_attn(True)

    return replace(architecture, build=build)


ARCHITECTURES = [
    of_timm("MobileNet v4", "mobilenetv4_conv_small"),
    of_torchvision("SqueezeNet", "squeezenet1_1"),
    of_timm("RegNet-X", "regnetx_002"),
    of_timm("RegNet-Y", "regnety_002"),
    of_timm("ResNet", "resnet18"),
    of_timm("MobileNet v1", "mobilenetv1_100"),
    of_torchvision("MobileNet v2", "mobilenet_v2"),
    of_timm("MobileNet v3", "mobilenetv3_large_100"),
    of_torchvision("ShuffleNet v2", "shufflenet_v2_x1_0"),
    of_timm("MNASNet", "mnasnet_100"),
    of_timm("ViT", "vit_tiny_patch16_224"),
    of_timm("DeiT", "deit_tiny_patch16_224"),
    of_timm("DeiT, distilled", "deit_tiny_distilled_patch16_224"),
    of_timm("PVT v2", "pvt_v2_b0"),
    of_timm("XCiT", "xcit_nano_12_p16_224"),
    of_timm("LeViT", "levit_128s"),
    of_timm("MobileViT", "mobilevit_xxs"),
    of_timm("TinyViT", "tiny_vit_5m_224"),
    of_timm("EfficientViT (linear attention)", "efficientvit_b0"),
    of_timm("EfficientViT (cascaded attention)", "efficientvit_m0"),
    of_timm("VoVNet", "ese_vovnet19b_dw"),
    of_timm("PoolFormer v2", "poolformerv2_s12"),
    of_timm("ConvNeXt", "convnext_atto"),
    of_timm("ConvNeXt v2", "convnextv2_atto"),
    of_timm("EdgeNeXt", "edgenext_xx_small"),
    of_timm("FastViT", "fastvit_t8"),
    of_timm("EfficientNet", "efficientnet_b0"),
    of_timm("EfficientNet v2", "tf_efficientnetv2_b0"),
    of_timm("GhostNet", "ghostnet_100"),
    of_timm("RepVGG", "repvgg_a0"),
    of_torchvision("GoogLeNet", "googlenet", aux_logits=False, init_weights=False),
    of_torchvision("DenseNet", "densenet121"),
    of_timm("DLA", "dla34"),
    of_timm("MLP-Mixer", "mixer_s32_224"),
    of_timm("CaiT", "cait_xxs24_224"),
    of_timm("HRNet", "hrnet_w18_small"),
    of_timm("ResNet", "resnet50"),
    of_timm("ResNet-D", "resnet50d"),
    of_timm("SE-ResNet", "seresnet50"),
    of_timm("ResNeXt", "resnext50_32x4d"),
    of_timm("Res2Net", "res2net50_26w_4s"),
    of_torchvision("Inception v3", "inception_v3", size=299, aux_logits=False, init_weights=False),
    with_plain_attention(of_timm("MaxViT (attention not fused)", "maxvit_nano_rw_256")),
    of_timm("Swin v1", "swin_tiny_patch4_window7_224"),
    of_torchvision("AlexNet", "alexnet"),
    of_timm("Wide-ResNet", "wide_resnet50_2"),
    of_torchvision("VGG-BN", "vgg11_bn"),
    of_torchvision("VGG", "vgg11"),
]
