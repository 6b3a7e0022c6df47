"""Narrow transformers that fold positions into channels, reorder them, or have several grids of them."""

from __future__ import annotations

from timm.models import coat, crossvit, hiera, mvitv2, nest, tnt
from torch import nn
from torchvision.models import swin_transformer as swin

from narrow import CLASSES, architecture, with_plain_attention


@architecture(size=(48, 48), exporters=("dynamo",), lowest=True)
def swin_v2_merging():
    """Merged by slices, windows that do not fit and are padded (torchvision's)."""
    sizes = {"patch_size": [4, 4], "embed_dim": 8, "depths": [2, 1], "num_heads": [2, 2], "window_size": [4, 4]}
    model = swin.SwinTransformer(
        **sizes, mlp_ratio=2.0, num_classes=CLASSES, block=swin.SwinTransformerBlockV2, downsample_layer=swin.PatchMergingV2
    )
    for module in model.modules():
        if isinstance(module, swin.ShiftedWindowAttentionV2):  # the exporter keeps what the bias is computed by
            module.cpb_mlp = nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, module.num_heads, bias=False))
    return model


@architecture()
def hiera_tiny():
    """Tokens by units, pooled within them (Ryali et al. 2023)."""
    sizes = {"img_size": (64, 64), "embed_dim": 8, "num_heads": 1, "stages": (1, 1, 1), "q_pool": 2, "mask_unit_size": (4, 4)}
    return with_plain_attention(
        lambda: hiera.Hiera(num_classes=CLASSES, mask_unit_attn=(True, True, False), mlp_ratio=2.0, **sizes)
    )


@architecture(size=(32, 32), lowest=True)
def nest_tiny():
    """Blocks of tokens, and fewer of them at every level (Zhang et al. 2022)."""
    sizes = {"img_size": 32, "patch_size": 2, "num_levels": 3, "embed_dims": (8, 12, 16), "num_heads": (1, 2, 2), "depths": (1, 1, 1)}
    return with_plain_attention(lambda: nest.Nest(num_classes=CLASSES, mlp_ratio=2.0, **sizes))


@architecture()
def tnt_tiny():
    """Pixels within patches (Han et al. 2021)."""
    sizes = {"img_size": 64, "patch_size": 16, "embed_dim": 16, "inner_dim": 8, "depth": 2, "num_heads_inner": 2, "num_heads_outer": 2}
    return tnt.TNT(num_classes=CLASSES, mlp_ratio=2.0, **sizes)


@architecture(size=(48, 48), lowest=True)
def crossvit_tiny():
    """Two branches of tokens, from patches of two sizes (Chen et al. 2021)."""
    sizes = {"img_size": 48, "img_scale": (1.0, 2 / 3), "patch_size": (8, 16), "embed_dim": (8, 12), "num_heads": (2, 2)}
    return crossvit.CrossVit(num_classes=CLASSES, depth=((1, 1, 0),), mlp_ratio=(2.0, 2.0, 1.0), **sizes)


@architecture()
def mvit_v2():
    """Queries, keys and values pooled, and with them what passes the attention (Li et al. 2022)."""
    layout = mvitv2.MultiScaleVitCfg(depths=(1, 2), embed_dim=8, num_heads=1, mlp_ratio=2.0, stride_kv_adaptive=(2, 2))
    return mvitv2.MultiScaleVit(layout, (64, 64), num_classes=CLASSES)


@architecture(lowest=True)
def coat_tiny():
    """Branches of several sizes that exchange what they found (Xu et al. 2021)."""
    sizes = {"patch_size": 4, "embed_dims": (8, 8, 8, 8), "serial_depths": (1, 1, 1, 1), "parallel_depth": 1, "num_heads": 2}
    return coat.CoaT(64, num_classes=CLASSES, mlp_ratios=(1, 1, 1, 1), crpe_window={3: 1, 5: 1}, **sizes)
