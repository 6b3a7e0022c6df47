import type { CheckpointKind } from './run.js';

const GRAPH = /\.onnx$/i;
const WEIGHTS = /\.(safetensors|pt|pth|ckpt|bin|pth\.tar)$/i;
const INDEX = /\.(safetensors|bin)\.index\.json$/i;
const ENDING = /(\.onnx|\.safetensors|\.pth\.tar|\.pt|\.pth|\.ckpt|\.bin)(\.index\.json)?$/i;
const SHARD = /-(\d+)-of-(\d+)(?=\.(safetensors|bin)$)/i;

/** What trainers keep beside the weights so that they can go on. */
const STATE =
  /^(optimizer|optim|scheduler|lr_scheduler|rng_state|random_states|training_args|trainer_state|scaler|sampler|dl_state_dict)([._-]|$)|optim_states/i;

/** What DeepSpeed keeps within a checkpoint of the Hugging Face Trainer. */
const WITHIN_CHECKPOINT = /(^|\/)checkpoint-\d+\/global_step\d+\//;

/** What PEFT adds to a model's weights. */
const ADAPTER = /^adapter_model\.(safetensors|bin)$/i;

/** The weights that a graph was exported with: they tell what its constants are, and are no step of a training. */
const REFERENCE = '.reference.pt';

/** What is being written under a name of its own, and what is hidden. */
const UNFINISHED = /^\.|^te?mp[._-]|[._-](te?mp|part|partial|incomplete)$/i;

/** What a file holds, by its name; null where it is none of a run's checkpoints. */
export function kindOf(path: string): CheckpointKind | null {
  const parts = path.split('/');
  const name = parts.at(-1) ?? '';
  if (parts.some((part) => UNFINISHED.test(part)) || STATE.test(name) || WITHIN_CHECKPOINT.test(path))
    return null;
  if (SHARD.test(name) || name.endsWith(REFERENCE)) return null;
  if (GRAPH.test(name)) return 'graph';
  return WEIGHTS.test(name) || INDEX.test(name) ? 'weights' : null;
}

/** A file's name without what says its kind. */
export function stemOf(name: string): string {
  return name.replace(ENDING, '');
}

export function isIndex(name: string): boolean {
  return INDEX.test(name);
}

/** Whether a file holds no whole weights, but what training has added to some. */
export function isAdapter(name: string): boolean {
  return ADAPTER.test(name);
}

/** A shard belongs to the index of this name. */
export interface Shard {
  readonly index: string;
  readonly count: number;
}

export function shardOf(name: string): Shard | null {
  const count = SHARD.exec(name)?.[2];
  return count === undefined
    ? null
    : { index: `${name.replace(SHARD, '')}.index.json`, count: Number(count) };
}

/** Where the weights lie that a graph was exported with, if they were kept: `graph.reference.pt` of `graph.onnx`. */
export function referenceOf(graph: string): string {
  return `${stemOf(graph)}${REFERENCE}`;
}

/** Whether a file beside an .onnx holds its weights, as exporters name such files. */
export function isDataOf(graph: string, name: string): boolean {
  const stem = stemOf(graph);
  return (
    (name !== graph && name.startsWith(graph)) ||
    ['.data', '_data', '.bin', '.weights'].some((ending) => name === `${stem}${ending}`)
  );
}
