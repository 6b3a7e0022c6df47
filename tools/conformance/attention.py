"""Narrow transformers, mixers, and the convolutional networks built like them."""

from __future__ import annotations

import timm
from timm.models import maxxvit, metaformer, mlp_mixer
from torch import nn

from narrow import CLASSES, architecture, timm_model


@architecture(size=(64, 96))
def convnext():
    return timm_model("convnext_atto", dims=(8, 12, 16, 20), depths=(1, 1, 2, 1))


@architecture()
def convnext_v2():
    return timm_model("convnextv2_atto", dims=(8, 8, 12, 16), depths=(1, 1, 2, 1))


@architecture(lowest=True)
def mlp_mixer_s8():
    return mlp_mixer.MlpMixer(CLASSES, 64, patch_size=8, num_blocks=3, embed_dim=16)


@architecture(free_batch=True)
def vit():
    return timm_model("vit_tiny_patch16_224", img_size=64, patch_size=8, embed_dim=16, depth=3, num_heads=2)


@architecture(opset=14)
def vit_registers():
    options = {"class_token": True, "reg_tokens": 3, "global_pool": "avg", "depth": 2, "num_heads": 2}
    return timm_model("vit_tiny_patch16_224", img_size=64, patch_size=8, embed_dim=16, **options)


@architecture(size=(48, 48), opset=14, lowest=True)
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


@architecture(size=(96, 96), lowest=True)
def efficientvit_m0():
    """With cascaded group attention (Liu et al. 2023)."""
    sizes = {"embed_dim": (8, 12), "depth": (1, 1), "num_heads": (2, 2), "key_dim": (4, 4), "window_size": (7, 7)}
    return timm_model("efficientvit_m0", img_size=96, **sizes)


@architecture()
def efficientvit_b0():
    """With linear attention (Cai et al. 2023)."""
    return timm_model("efficientvit_b0", widths=(4, 8, 8, 12, 16), depths=(1,) * 5, head_dim=4, head_widths=(32, 32))


@architecture()
def fastvit():
    return timm_model("fastvit_t8", embed_dims=(8, 8, 16, 16), layers=(1, 1, 1, 1))


@architecture(lowest=True)
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


@architecture(size=(48, 48), lowest=True)
def cait():
    """With talking heads: the attention weights of all heads are mixed (Touvron et al. 2021)."""
    return timm_model("cait_xxs24_224", img_size=48, patch_size=8, embed_dim=16, depth=2, depth_token_only=1, num_heads=2)


@architecture()
def convformer():
    """With squared Relus (Yu et al. 2022)."""
    return metaformer.MetaFormer(num_classes=CLASSES, dims=(8, 12, 16, 20), depths=(1,) * 4, token_mixers=metaformer.SepConv)
