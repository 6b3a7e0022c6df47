import type { DataType, Tensor } from '../onnx/tensor.js';

/** A tensor of a checkpoint, of which the values are read when they are asked for. */
export interface StoredTensor {
  readonly dataType: DataType;
  readonly dims: readonly number[];
  /** What is the same for tensors that share their memory, as tied weights do. */
  readonly place: string;
  /** Its values in the order of its dimensions. @throws cannotRead, damagedWeights */
  readonly read: () => Tensor;
}

/** The weights of a model: its parameters and buffers by name, as `state_dict()` lists them. */
export interface State {
  /** Under which name the checkpoint holds it; null where it holds nothing else. */
  readonly entry: string | null;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** The state of which it is one of several networks; null for what the checkpoint itself tells apart. */
  readonly within: State | null;
}

/** Weights in one file, or in the several that an index lists. */
export interface Checkpoint {
  readonly file: string;
  /** Every file of it: its own, and those that it lists. */
  readonly files: readonly string[];
  /** What it holds, the one to be taken first; at least one. */
  readonly states: readonly State[];
  /** Whether tensors come in the order in which their modules were made. */
  readonly isOrdered: boolean;
}
