import { GraphBuilder, type Value } from '../../onnx/builder.js';
import { type Node, output, type Shapes } from '../../onnx/graph.js';
import { elementCount, floatTensor } from '../../onnx/tensor.js';
import { needed } from '../../onnx/walk.js';
import type { Canonisable } from './canonisable.js';
import { type Norm, NormParts, type WrittenNorm } from './normParts.js';

/**
 * Joins the parts of a written-out norm into one operator, LayerNormalization-17 or ONNX Runtime's
 * SimplifiedLayerNormalization (root mean square): each part for itself would take its share of relevance. Scale and
 * shift stay arithmetic with constants behind it.
 */
export function joinNorms({ graph, image, shapes }: Canonisable): Canonisable {
  const parts = new NormParts(graph, image, shapes);
  const constants = new Map(graph.initializers);
  const known = new Map(shapes);
  const nodes = graph.nodes.flatMap((node) => {
    const written = parts.endingIn(node);
    const x = written === null ? undefined : shapes.get(written.norm.x);
    if (written === null || x === undefined) return [node];
    const builder = new GraphBuilder(`${output(node)}/norm/`);
    write(builder, written, x);
    for (const each of builder.nodes) known.set(output(each), shapeOf(each, x, known));
    for (const [name, tensor] of builder.initializers) constants.set(name, tensor);
    return endingIn(builder.nodes, node);
  });
  const joined = { ...graph, nodes: needed(nodes, graph.outputs), initializers: constants };
  return { graph: joined, image, shapes: known };
}

/** scale · x̂ + shift. The operators standardise over the last axes: others are moved there and back. */
function write(builder: GraphBuilder, { norm, scale, shift }: WrittenNorm, shape: readonly number[]): void {
  const { x, axes } = norm;
  const axis = shape.map((_, index) => index);
  const order = [...axis.filter((index) => !axes.includes(index)), ...axes];
  const back = axis.map((index) => order.indexOf(index));
  const moved = builder.transpose(x, order);
  const standard = standardise(
    builder,
    norm,
    moved,
    axes.map((index) => shape[index] ?? 1),
    shape.length,
  );
  const normal = builder.transpose(standard, back);
  const scaled = scale === null ? normal : builder.mul(normal, scale);
  if (shift !== null) builder.add(scaled, shift);
}

function standardise(
  builder: GraphBuilder,
  { epsilon, isCentred }: Norm,
  x: Value,
  size: readonly number[],
  rank: number,
): Value {
  const ones = floatTensor(new Array<number>(elementCount(size)).fill(1), size);
  return builder.op(
    isCentred ? 'LayerNormalization' : 'SimplifiedLayerNormalization',
    [x, builder.constant(ones)],
    {
      axis: { type: 'int', value: rank - size.length },
      epsilon: { type: 'float', value: epsilon },
    },
  );
}

function shapeOf({ op, inputs, attributes }: Node, x: readonly number[], known: Shapes): readonly number[] {
  const perm = op === 'Transpose' ? attributes.get('perm') : undefined;
  const from = known.get(inputs[0] ?? '') ?? x;
  return perm?.type === 'ints' ? perm.value.map((axis) => from[axis] ?? 1) : from;
}

/** These nodes, the last of which takes the name, the place and the output of another. */
function endingIn(nodes: readonly Node[], { name, outputs, modulePath }: Node): readonly Node[] {
  return nodes.map((node, index) =>
    index === nodes.length - 1 ? { ...node, name, outputs, modulePath } : node,
  );
}
