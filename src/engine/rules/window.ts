import type { Attributes } from '../onnx/builder.js';
import { int, ints, type Node, text } from '../onnx/graph.js';

/** How a window slides over the spatial axes; every list has one entry per spatial axis. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly begin: readonly number[];
  readonly end: readonly number[];
}

/**
 * The window of a Conv or a pooling, with `auto_pad` turned into pads (ONNX Conv-11, MaxPool-12).
 * @param input spatial size of the input
 * @param output spatial size of the output
 */
export function windowOf(
  node: Node,
  kernel: readonly number[],
  input: readonly number[],
  output: readonly number[],
): Window {
  const ones = kernel.map(() => 1);
  const strides = ints(node, 'strides') ?? ones;
  const dilations = ints(node, 'dilations') ?? ones;
  const autoPad = text(node, 'auto_pad', 'NOTSET');
  if (autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER') {
    const total = kernel.map((size, axis) => {
      const extent = at(dilations, axis) * (size - 1) + 1;
      return Math.max(0, (at(output, axis) - 1) * at(strides, axis) + extent - at(input, axis));
    });
    const less = total.map((pad) => Math.floor(pad / 2));
    const more = total.map((pad) => Math.ceil(pad / 2));
    const [begin, end] = autoPad === 'SAME_UPPER' ? [less, more] : [more, less];
    return { kernel, strides, dilations, begin, end };
  }
  const pads = autoPad === 'VALID' ? null : ints(node, 'pads');
  const rank = kernel.length;
  const zeros = kernel.map(() => 0);
  return {
    kernel,
    strides,
    dilations,
    begin: pads?.slice(0, rank) ?? zeros,
    end: pads?.slice(rank) ?? zeros,
  };
}

/**
 * The window of the Conv that a ConvTranspose-11 is the transpose of, with `auto_pad` and `output_shape` turned into pads.
 * @param input spatial size of the ConvTranspose's input
 * @param output spatial size of its output
 */
export function transposedWindowOf(
  node: Node,
  kernel: readonly number[],
  input: readonly number[],
  output: readonly number[],
): Window {
  const autoPad = text(node, 'auto_pad', 'NOTSET');
  const isSame = autoPad === 'SAME_UPPER' || autoPad === 'SAME_LOWER';
  const given = windowOf(node, kernel, output, input);
  if (!isSame && ints(node, 'output_shape') === null) return given;
  const added = ints(node, 'output_padding') ?? kernel.map(() => 0);
  const total = kernel.map((size, axis) => {
    const extent = at(given.dilations, axis) * (size - 1) + 1;
    const whole = (at(input, axis) - 1) * at(given.strides, axis) + extent + at(added, axis);
    return Math.max(0, whole - at(output, axis));
  });
  const less = total.map((pad) => Math.floor(pad / 2));
  const more = total.map((pad) => Math.ceil(pad / 2));
  const [begin, end] = autoPad === 'SAME_UPPER' ? [less, more] : [more, less];
  return { ...given, begin, end };
}

/** The attributes that write a window out in full. */
export function windowAttributes(window: Window): Attributes {
  return {
    kernel_shape: { type: 'ints', value: window.kernel },
    strides: { type: 'ints', value: window.strides },
    dilations: { type: 'ints', value: window.dilations },
    pads: { type: 'ints', value: [...window.begin, ...window.end] },
  };
}

/** Input pixels beyond the last window along each axis: what a transposed window must add to reach the input's size. */
export function outputPadding(window: Window, input: readonly number[], output: readonly number[]): number[] {
  return window.kernel.map((size, axis) => {
    const reach =
      at(window.strides, axis) * (at(output, axis) - 1) + at(window.dilations, axis) * (size - 1) + 1;
    return at(input, axis) + at(window.begin, axis) + at(window.end, axis) - reach;
  });
}

export function isUnit(values: readonly number[]): boolean {
  return values.every((value) => value === 1);
}

/** `group` of a Conv or ConvTranspose. */
export function groupOf(node: Node): number {
  return int(node, 'group', 1);
}

/** An entry that the operator's definition promises to be there. */
export function at(values: readonly number[], index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no entry ${index} in [${values.join(', ')}]`);
  return value;
}
