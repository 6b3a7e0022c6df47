import path from 'node:path';
import * as v from 'valibot';

import { fail } from '../failure.js';
import { readBytes, readStart, stateOf } from '../files.js';
import { locateData } from '../onnx/externalData.js';
import { substituteOf } from '../substitute.js';
import type { Checkpoint, State, StoredTensor } from './checkpoint.js';
import { withModels } from './models.js';
import { isSafetensors, readSafetensors } from './safetensors.js';
import { readTorchFile } from './torchFile.js';

const HEAD_BYTES = 4096;
/** An index lists names and files. */
const MAX_INDEX_BYTES = 2 ** 26;

/**
 * The weights that a file holds: .safetensors, what torch.save writes, or the index of several such files. Names and
 * shapes are read now, values when they are asked for.
 * @throws notWeights, foreignWeights, adapterWeights, damagedWeights, emptyFile, lfsPointer, webPage, cannotRead,
 * externalDataOutside, externalDataMissing
 */
export async function readCheckpoint(file: string): Promise<Checkpoint> {
  const head = await readStart(file, HEAD_BYTES);
  if (head[0] === 0x7b) return readIndexed(file);
  const states = await readStates(file, head);
  if (isAdapter(states)) throw fail('adapterWeights', { file });
  return { file, files: [file], states: states.flatMap(withModels), isOrdered: !isSafetensors(head) };
}

/**
 * Every file of a checkpoint: its own, and those that it lists.
 * @throws what `readCheckpoint` throws of an index
 */
export async function filesOfCheckpoint(file: string): Promise<readonly string[]> {
  const head = await readStart(file, 1);
  return head[0] === 0x7b ? [file, ...(await shardsOf(file)).keys()] : [file];
}

async function readStates(file: string, head: Uint8Array): Promise<readonly State[]> {
  const { size } = stateOf(file);
  const stranger = FOREIGN.find(({ extension, start }) =>
    extension === undefined
      ? start.every((byte, index) => head[index] === byte)
      : path.extname(file).toLowerCase() === extension,
  );
  if (stranger !== undefined) throw fail('foreignWeights', { file, format: stranger.format });
  if (head[0] === 0x50 && head[1] === 0x4b) return readTorchFile(file, size);
  if (isSafetensors(head)) {
    const tensors = readSafetensors(file, size);
    if (tensors.size > 0) return [{ entry: null, tensors, within: null }];
  }
  throw fail(size === 0 ? 'emptyFile' : (substituteOf(head) ?? 'notWeights'), { file });
}

/** How PEFT calls what its methods (LoRA, LoHa, LoKr, IA³, OFT, VeRA) add to a weight, … */
const ADDED = /\.(?:lora|hada|lokr|ia3|b?oft|vera)_/;
/** … and the layer that has the weight, where that is kept too. */
const ADAPTED = '.base_layer.';

function isAdapter(states: readonly State[]): boolean {
  const names = states.flatMap(({ tensors }) => [...tensors.keys()]);
  return names.some((name) => ADDED.test(name)) && !names.some((name) => name.includes(ADAPTED));
}

/** Formats of weights that are told by name. */
const FOREIGN: readonly {
  readonly format: string;
  readonly start: readonly number[];
  readonly extension?: string;
}[] = [
  { format: 'HDF5 (.h5)', start: [0x89, 0x48, 0x44, 0x46] },
  // torch.save before 1.6 begins with this number as a pickle.
  {
    format: 'PyTorch before 1.6 (2020)',
    start: [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19],
  },
  { format: 'torch.distributed.checkpoint (.distcp)', start: [], extension: '.distcp' },
];

const INDEX = v.object({ weight_map: v.record(v.string(), v.string()) });

/** The files that an index lists, each with the names of its tensors. */
async function shardsOf(file: string): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  if (stateOf(file).size > MAX_INDEX_BYTES) throw fail('notWeights', { file });
  const shards = new Map<string, Set<string>>();
  for (const [tensor, shard] of Object.entries(indexOf(await readBytes(file), file))) {
    const place = locateData(shard, file);
    const names = shards.get(place);
    if (names) names.add(tensor);
    else shards.set(place, new Set([tensor]));
  }
  return shards;
}

function indexOf(bytes: Uint8Array, file: string): Readonly<Record<string, string>> {
  try {
    return v.parse(INDEX, JSON.parse(Buffer.from(bytes).toString('utf8'))).weight_map;
  } catch (cause) {
    throw fail('notWeights', { file }, cause);
  }
}

async function readIndexed(file: string): Promise<Checkpoint> {
  const shards = await shardsOf(file);
  const tensors = new Map<string, StoredTensor>();
  for (const [shard, names] of shards) {
    const [state] = await readStates(shard, await readStart(shard, HEAD_BYTES));
    for (const [name, tensor] of state?.tensors ?? []) if (names.has(name)) tensors.set(name, tensor);
    for (const name of names)
      if (!tensors.has(name)) throw fail('damagedWeights', { file: shard, part: name });
  }
  if (tensors.size === 0) throw fail('notWeights', { file });
  return {
    file,
    files: [file, ...shards.keys()],
    states: withModels({ entry: null, tensors, within: null }),
    isOrdered: false,
  };
}
