"""Narrow networks built of Keras' layers, on its PyTorch backend: channels last, biases behind a Transpose, projections by Einsum."""

from __future__ import annotations

import os

os.environ["KERAS_BACKEND"] = "torch"

import keras  # noqa: E402
import torch  # noqa: E402
from keras import layers  # noqa: E402
from keras.src.ops import nn as keras_nn  # noqa: E402

from narrow import CLASSES, architecture  # noqa: E402

#: The normalisation of Keras' other backends, x · inv + (β − mean x · inv), instead of PyTorch's own.
keras_nn.is_continuous_axis = lambda axis: False
SIZE = 48


@architecture(size=(SIZE, SIZE), exporters=("dynamo",), channels_last=True)
def keras_convnext():
    image = layers.Input((SIZE, SIZE, 3))
    x = layers.LayerNormalization(epsilon=1e-6)(layers.Conv2D(8, 4, strides=4)(image))
    x = block(block(x, 8), 8)
    x = layers.Conv2D(12, 2, strides=2)(layers.LayerNormalization(epsilon=1e-6)(x))
    x = layers.GlobalAveragePooling2D()(block(x, 12))
    return model(image, layers.LayerNormalization(epsilon=1e-6)(x))


@architecture(size=(SIZE, SIZE), exporters=("keras",), channels_last=True, lowest=True)
def keras_mixed():
    """Through Keras' own exporter, which leaves the batch free."""
    image = layers.Input((SIZE, SIZE, 3))
    x = layers.LayerNormalization()(layers.Conv2D(8, 4, strides=4)(image))
    x = layers.Conv2D(12, 3, strides=2, padding="same", activation="gelu")(block(x, 8))
    x = layers.MaxPooling2D()(layers.ReLU()(layers.BatchNormalization()(layers.SeparableConv2D(16, 3)(x))))
    return model(image, layers.Dense(24, activation="gelu")(layers.Flatten()(x)))


def block(x, width: int):
    y = layers.LayerNormalization(epsilon=1e-6)(layers.DepthwiseConv2D(7, padding="same")(x))
    return layers.Add()([x, layers.Dense(width)(layers.Dense(2 * width, activation="gelu")(y))])


@architecture(size=(SIZE, SIZE), exporters=("dynamo",), channels_last=True, lowest=True)
def keras_vit():
    image = layers.Input((SIZE, SIZE, 3))
    x = Positions()(layers.Reshape((36, 16))(layers.Conv2D(16, 8, strides=8)(image)))
    for _ in range(2):
        y = layers.LayerNormalization(epsilon=1e-6)(x)
        x = layers.Add()([x, layers.MultiHeadAttention(2, 8)(y, y)])
        y = layers.Dense(32, activation="gelu")(layers.LayerNormalization(epsilon=1e-6)(x))
        x = layers.Add()([x, layers.Dense(16)(y)])
    return model(image, layers.GlobalAveragePooling1D()(layers.LayerNormalization(epsilon=1e-6)(x)))


class Positions(layers.Layer):
    def build(self, shape):
        self.positions = self.add_weight(shape=(1, *shape[1:]))

    def call(self, x):
        return x + self.positions


def model(image, features) -> keras.Model:
    built = keras.Model(image, layers.Dense(CLASSES)(features))
    built(torch.zeros(1, SIZE, SIZE, 3))
    return built
