import type { Attribute, Node, ValueInfo } from './graph.js';
import { type DataType, floatTensor, int64Tensor, type Tensor } from './tensor.js';

/** Name of a tensor of the graph being built. */
export type Value = string;

export type Attributes = Readonly<Record<string, Attribute>>;

/** Nearly the largest float. */
const STEEPEST = 3e38;

/**
 * Adds ONNX operators (ai.onnx opset 18) to a graph. The same operator on the same inputs is added once.
 * What only depends on constants is left to ONNX Runtime to compute when the session is made.
 */
export class GraphBuilder {
  readonly nodes: Node[] = [];
  readonly initializers = new Map<string, Tensor>();
  readonly outputs = new Map<Value, ValueInfo>();
  readonly #prefix: string;
  readonly #known = new Map<string, Value>();
  readonly #products = new Map<Value, readonly [Value, Value]>();
  readonly #multiples = new Map<Value, { readonly x: Value; readonly cofactor: () => Value }>();

  /** @param prefix begins the name of everything added, so that it never meets a name of the model */
  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Adds an operator and returns its first output. */
  op(op: string, inputs: readonly Value[], attributes: Attributes = {}): Value {
    return this.opWithOutputs(op, inputs, attributes, 1)[0] ?? '';
  }

  /** Adds an operator with several outputs. */
  opWithOutputs(
    op: string,
    inputs: readonly Value[],
    attributes: Attributes,
    count: number,
  ): readonly Value[] {
    const key = JSON.stringify([op, inputs, attributes, count]);
    const known = this.#known.get(key) ?? this.#name(op);
    const outputs = Array.from({ length: count }, (_, index) => (index === 0 ? known : `${known}/${index}`));
    if (this.#known.has(key)) return outputs;
    this.#known.set(key, known);
    this.nodes.push({
      name: known,
      op,
      domain: '',
      inputs,
      outputs,
      attributes: new Map(Object.entries(attributes)),
      modulePath: [],
    });
    return outputs;
  }

  /** Adds a constant. */
  constant(tensor: Tensor): Value {
    const key = `${tensor.dataType} ${tensor.dims.join()} ${Buffer.from(tensor.bytes).toString('base64')}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = this.#name('constant');
    this.#known.set(key, name);
    this.initializers.set(name, tensor);
    return name;
  }

  float(value: number): Value {
    return this.constant(floatTensor([value], []));
  }

  ints(values: readonly number[]): Value {
    return this.constant(int64Tensor(values));
  }

  /** Declares a tensor as an output of the graph. */
  output(name: Value, dataType: DataType): void {
    this.outputs.set(name, { name, dataType, shape: null });
  }

  add(a: Value, b: Value): Value {
    return this.op('Add', [a, b]);
  }

  sub(a: Value, b: Value): Value {
    return this.op('Sub', [a, b]);
  }

  div(a: Value, b: Value): Value {
    return this.op('Div', [a, b]);
  }

  /** a ⊙ b; `factors` later tells that the product was made of these. */
  mul(a: Value, b: Value): Value {
    const product = this.op('Mul', [a, b]);
    this.#products.set(product, [a, b]);
    return product;
  }

  /** Tells that a value is x ⊙ c, with c made only where somebody asks for it. */
  multiple(value: Value, x: Value, cofactor: () => Value): Value {
    this.#multiples.set(value, { x, cofactor });
    return value;
  }

  /** c where `value` is known to be `x ⊙ c`, made now where it was not before; else null. */
  factorOf(value: Value, x: Value): Value | null {
    const known = this.cofactor(value, x);
    if (known !== null) return known;
    const multiple = this.#multiples.get(value);
    return multiple?.x === x ? multiple.cofactor() : null;
  }

  /** c where `value` was made as `x ⊙ c`, else null. */
  cofactor(value: Value, x: Value): Value | null {
    const factors = this.#products.get(value);
    if (factors?.[0] === x) return factors[1];
    return factors?.[1] === x ? factors[0] : null;
  }

  neg(a: Value): Value {
    return this.op('Neg', [a]);
  }

  /** v⁺ = max(v, 0) */
  positive(a: Value): Value {
    return this.op('Relu', [a]);
  }

  /** 1 where v > 0, else 0: HardSigmoid at its steepest, which takes a quarter of the time of Sign. */
  isPositive(a: Value): Value {
    const alpha: Attribute = { type: 'float', value: STEEPEST };
    return this.op('HardSigmoid', [a], { alpha, beta: { type: 'float', value: 0 } });
  }

  /** v⁻ = min(v, 0) */
  negative(a: Value): Value {
    return this.op('Min', [a, this.float(0)]);
  }

  reshape(a: Value, shape: readonly number[]): Value {
    return this.op('Reshape', [a, this.ints(shape)]);
  }

  transpose(a: Value, perm: readonly number[]): Value {
    return perm.every((axis, index) => axis === index)
      ? a
      : this.op('Transpose', [a], { perm: { type: 'ints', value: perm } });
  }

  reduceSum(a: Value, axes: readonly number[], keepDims: boolean): Value {
    const keepdims: Attribute = { type: 'int', value: keepDims ? 1 : 0 };
    return axes.length === 0 ? a : this.op('ReduceSum', [a, this.ints(axes)], { keepdims });
  }

  reduceMean(a: Value, axes: readonly number[], keepDims: boolean): Value {
    const keepdims: Attribute = { type: 'int', value: keepDims ? 1 : 0 };
    return this.op('ReduceMean', [a, this.ints(axes)], { keepdims });
  }

  slice(
    a: Value,
    starts: readonly number[],
    ends: readonly number[],
    axes: readonly number[],
    steps: readonly number[],
  ): Value {
    return this.op('Slice', [a, this.ints(starts), this.ints(ends), this.ints(axes), this.ints(steps)]);
  }

  #name(op: string): Value {
    return `${this.#prefix}${op}-${this.#known.size}`;
  }
}
