"""Makes test/fixtures/transformer: trains a vision transformer on the sample's pictures and exports it.

Usage: python tools/sample/make_transformer.py
"""

import sys
from pathlib import Path

from make import TEST_SEED, TRAINING_SEED, describe_models, write_model
from train import TEST_PICTURES, TRAINING_PICTURES, accuracy, draw_pictures, train
from transformer import SampleTransformer

TARGET = Path(__file__).resolve().parents[2] / "test" / "fixtures" / "transformer"
EPOCHS = 6


def main() -> None:
    states = train(SampleTransformer, draw_pictures(TRAINING_SEED, TRAINING_PICTURES), TRAINING_SEED, EPOCHS)
    net = states[EPOCHS]
    TARGET.mkdir(parents=True, exist_ok=True)
    write_model(net, TARGET / "vit.onnx")
    describe_models(TARGET, "labels.txt")
    shares = accuracy(net, draw_pictures(TEST_SEED, TEST_PICTURES))
    print(", ".join(f"{share:.1%} of {k} objects" for k, share in shares.items()))
    if shares[1] < 0.9:
        sys.exit("The transformer does not know its classes.")


if __name__ == "__main__":
    main()
