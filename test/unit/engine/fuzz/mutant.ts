import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ModelProtoSchema, type ModelProto } from '../../../../src/engine/onnx/gen/onnx_pb.js';
import { BYTE_MUTATIONS } from './bytes.js';
import { MODEL_MUTATIONS } from './model.js';
import { Random } from './random.js';

const ROOT = path.resolve(import.meta.dirname, '../../../..');

/** Small models of many operators and both exporters, and the embedded one. */
const FILES = [
  ...['mobilenet_v1.torchscript', 'resnet50d.torchscript', 'se_resnet50.torchscript', 'squeezenet1_1.dynamo'],
  ...['regnet_y.torchscript', 'repvgg.dynamo', 'shufflenet_v2.torchscript', 'vit_registers.dynamo'],
].map((name) => `test/fixtures/conformance/${name}.onnx`);
FILES.push('media/sample/sample.onnx');

const originals = FILES.map((file) => readFileSync(path.join(ROOT, file)));

/** Constants of more bytes are left alone by most mutations of bytes: they are most of a file, and any bits will do. */
const WEIGHT_BYTES = 256;

/** A model file with something wrong in it, the same for the same seed. */
export function mutant(seed: number): { readonly what: string; readonly bytes: Uint8Array } {
  const random = new Random(seed);
  const index = random.below(FILES.length);
  const original = random.of(originals.slice(index, index + 1));
  const { what, bytes } = random.below(3) === 0 ? damaged(original, random) : mistaken(original, random);
  return { what: `seed ${seed}: ${FILES[index] ?? ''}, ${what}`, bytes };
}

function damaged(
  original: Uint8Array,
  random: Random,
): { readonly what: string; readonly bytes: Uint8Array } {
  const weights = (fromBinary(ModelProtoSchema, original).graph?.initializer ?? [])
    .map(({ rawData }) => ({ start: rawData.byteOffset - original.byteOffset, length: rawData.length }))
    .filter(({ length }) => length > WEIGHT_BYTES);
  const at = (): number => {
    for (;;) {
      const place = random.below(original.length);
      const inWeights = weights.some(({ start, length }) => place >= start && place < start + length);
      if (!inWeights || random.below(10) === 0) return place;
    }
  };
  const [what, mutate] = random.of(Object.entries(BYTE_MUTATIONS));
  return { what, bytes: mutate(original, at, random) };
}

/** One mistake, or two. */
function mistaken(
  original: Uint8Array,
  random: Random,
): { readonly what: string; readonly bytes: Uint8Array } {
  const model = fromBinary(ModelProtoSchema, original);
  const names: string[] = [];
  for (let count = random.of([1, 1, 2]); count > 0; count--) names.push(mistake(model, random));
  return { what: names.join(', '), bytes: toBinary(ModelProtoSchema, model) };
}

/** Makes a mistake that can be made with this model, and tells which. */
function mistake(model: ModelProto, random: Random): string {
  for (;;) {
    const [what, mutate] = random.of(Object.entries(MODEL_MUTATIONS));
    try {
      if (model.graph === undefined) throw new Error('no graph');
      mutate(model, model.graph, random);
      return what;
    } catch (error) {
      // There was nothing to choose from.
      if (!(error instanceof RangeError)) throw error;
    }
  }
}
