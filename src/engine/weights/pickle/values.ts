import type { DataType } from '../../onnx/tensor.js';

/** What a pickle holds, as data: nothing of it is imported, constructed or called. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleSequence
  | PickleDict
  | PickleGlobal
  | PickleInstance
  | PickleStorage
  | PickleTensor;

export interface PickleSequence {
  readonly kind: 'list' | 'tuple';
  readonly items: PickleValue[];
}

export interface PickleDict {
  readonly kind: 'dict';
  readonly entries: Map<PickleValue, PickleValue>;
}

/** The name of a class or function. */
export interface PickleGlobal {
  readonly kind: 'global';
  /** `module.name` */
  readonly path: string;
}

/** Stands for an object of a class that means nothing here. */
export interface PickleInstance {
  readonly kind: 'instance';
  /** What was put into it as into a dict. */
  readonly entries: Map<PickleValue, PickleValue>;
  /** Its attributes, where it has some. */
  state: PickleValue;
}

/** A file of the archive that holds values of tensors. */
export interface PickleStorage {
  readonly kind: 'storage';
  readonly key: string;
  /** null for bytes of which only the tensor knows the type. */
  readonly dataType: DataType | null;
}

export interface PickleTensor {
  readonly kind: 'tensor';
  readonly storage: PickleStorage;
  readonly dataType: DataType;
  /** Of the first value in the storage, in elements. */
  readonly offset: number;
  readonly dims: readonly number[];
  /** Elements from one value to the next along each dimension. */
  readonly strides: readonly number[];
}

/** A pickle that is none, or does what no saved model does. */
export class PickleError extends Error {
  override readonly name = 'PickleError';
}

export function tuple(items: PickleValue[]): PickleSequence {
  return { kind: 'tuple', items };
}

export function instance(): PickleInstance {
  return { kind: 'instance', entries: new Map(), state: null };
}

/** The items of a list or tuple. @throws PickleError */
export function itemsOf(value: PickleValue | undefined): readonly PickleValue[] {
  if (isObject(value) && (value.kind === 'list' || value.kind === 'tuple')) return value.items;
  throw new PickleError('no sequence');
}

export function isObject(
  value: PickleValue | undefined,
): value is Extract<PickleValue, { readonly kind: string }> {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
