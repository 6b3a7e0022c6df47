"""Narrow transformers, mixers, and the convolutional networks built like them."""

from __future__ import annotations

from functools import partial

from timm.models import byobnet, efficientformer, maxxvit, metaformer, mlp_mixer, mobilevit, swin_transformer_v2, xcit
from timm.models import pvt_v2 as pvt
from torch import nn

from narrow import CLASSES, architecture, timm_model, with_plain_attention


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


@architecture(size=(48, 48), opset=16, lowest=True)
def vit_mean():
    """Mean pooling and a norm behind it, patches first normalised, as in CLIP; opset 16 spells LayerNorm out."""
    options = {"class_token": False, "global_pool": "avg", "pre_norm": True, "depth": 2, "num_heads": 2}
    return timm_model("vit_tiny_patch16_224", img_size=48, patch_size=8, embed_dim=16, **options)


@architecture(size=(48, 48))
def vit_map():
    """Attention by a learned query instead of a class token."""
    options = {"class_token": False, "global_pool": "map", "depth": 2, "num_heads": 2}
    return timm_model("vit_tiny_patch16_224", img_size=48, patch_size=8, embed_dim=16, **options)


@architecture(size=(48, 48))
def deit3():
    """With LayerScale."""
    return timm_model("deit3_small_patch16_224", img_size=48, patch_size=8, embed_dim=16, depth=3, num_heads=2)


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


@architecture(size=(32, 32), exporters=("dynamo",))
def swin_v2():
    """Norms behind attention and MLP, attention by cosine (Liu et al. 2022)."""
    return swin_v2_of((2, 1))


@architecture(size=(32, 32), exporters=("torchscript",))
def swin_v2_one_stage():
    return swin_v2_of((2,))


def swin_v2_of(depths: tuple[int, ...]) -> nn.Module:
    options = {"img_size": 32, "window_size": 4, "embed_dim": 8, "num_heads": (2, 4)[: len(depths)]}
    model = timm_model("swinv2_tiny_window8_256", depths=depths, **options)
    for module in model.modules():
        if isinstance(module, swin_transformer_v2.WindowAttention):  # the exporter keeps what the bias is computed by
            module.cpb_mlp = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, module.num_heads, bias=False))
    return model


@architecture(lowest=True)
def pvt_v2():
    """Keys of fewer tokens, convolutions in the MLPs and between the stages (Wang et al. 2022)."""
    sizes = {"embed_dims": (8, 12), "depths": (1, 1), "num_heads": (2, 2), "sr_ratios": (4, 2), "mlp_ratios": (2.0, 2.0)}
    return pvt.PyramidVisionTransformerV2(num_classes=CLASSES, **sizes)


@architecture()
def xcit_nano():
    """Attention between channels, convolutions between tokens (El-Nouby et al. 2021)."""
    sizes = {"img_size": 64, "patch_size": 8, "embed_dim": 16, "depth": 2, "cls_attn_layers": 1, "num_heads": 2}
    return xcit.Xcit(num_classes=CLASSES, eta=1.0, **sizes)


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
    attention = maxxvit.MaxxVitTransformerCfg(dim_head=4, window_size=(4, 4), grid_size=(4, 4))
    widths = maxxvit.MaxxVitCfg((8, 12), (1, 1), ("M", "M"), 8, transformer_cfg=attention)
    return with_plain_attention(lambda: maxxvit.MaxxVit(widths, 64, num_classes=CLASSES))


@architecture(lowest=True)
def coatnet():
    """Inverted residuals, then attention (Dai et al. 2021)."""
    attention = maxxvit.MaxxVitTransformerCfg(dim_head=4, rel_pos_type="bias")
    widths = maxxvit.MaxxVitCfg((8, 12), (1, 1), ("C", "T"), 8, transformer_cfg=attention)
    return with_plain_attention(lambda: maxxvit.MaxxVit(widths, 64, num_classes=CLASSES))


@architecture()
def mobilevit_xxs():
    """Attention between the same places of all patches, convolutions before and behind (Mehta and Rastegari 2022)."""
    inverted = mobilevit._inverted_residual_block
    stages = (inverted(d=1, c=8, s=1, br=2.0), inverted(d=2, c=12, s=2, br=2.0), mobilevit._mobilevit_block(1, 16, 2, 16, 1, 2, 2.0))
    layout = byobnet.ByoModelCfg(stages, stem_chs=8, stem_type="3x3", stem_pool="", downsample="", act_layer="silu", num_features=32)
    return byobnet.ByobNet(layout, CLASSES)


@architecture(size=(56, 56))
def efficientformer_l1():
    """Pooling and 1 × 1 convolutions, attention in the last block (Li et al. 2022)."""
    attention = efficientformer.Attention
    efficientformer.Attention = partial(attention, key_dim=4, num_heads=2, attn_ratio=2)  # no option of the model
    model = efficientformer.EfficientFormer((1, 2), (8, 16), num_classes=CLASSES, mlp_ratios=2, num_vit=1)
    efficientformer.Attention = attention
    return model


@architecture(size=(48, 48), lowest=True)
def cait():
    """With talking heads: the attention weights of all heads are mixed (Touvron et al. 2021)."""
    return timm_model("cait_xxs24_224", img_size=48, patch_size=8, embed_dim=16, depth=2, depth_token_only=1, num_heads=2)


@architecture()
def convformer():
    """With squared Relus (Yu et al. 2022)."""
    return metaformer.MetaFormer(num_classes=CLASSES, dims=(8, 12, 16, 20), depths=(1,) * 4, token_mixers=metaformer.SepConv)
