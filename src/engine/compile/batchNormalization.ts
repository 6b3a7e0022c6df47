import { consumers, float, int, type Graph, type Node } from '../onnx/graph.js';
import { reachedFrom } from './analysis.js';
import { input, output } from '../rules/rule.js';
import { GraphBuilder, type Value } from './builder.js';

/** A graph whose constants may be computed by nodes, and the shapes of what was added. */
export interface Folded {
  readonly graph: Graph;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
}

/**
 * Folds every BatchNormalization-15 into the linear operator before it, whose output nothing else reads:
 * w′ = w γ/√(σ² + ε), b′ = (b − μ) γ/√(σ² + ε) + β. The arithmetic is added as operators on constants, which ONNX
 * Runtime carries out when a session is made.
 * @param image the input that the picture goes into
 * @param known shapes of the graph's tensors
 */
export function foldBatchNormalization(
  graph: Graph,
  image: Value,
  known: ReadonlyMap<Value, readonly number[]>,
): Folded {
  const builder = new GraphBuilder('fold/');
  const readers = consumers(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const soleReader = (node: Node): Node | null => {
    const [reader, ...others] = readers.get(output(node)) ?? [];
    return reader === undefined || others.length > 0 || outputs.has(output(node)) ? null : reader;
  };
  const shapes = new Map<string, readonly number[]>();
  const fromImage = reachedFrom(graph, image);
  const replaced = new Map<Node, readonly Node[]>();
  for (const linear of graph.nodes) {
    const next = soleReader(linear);
    const dims = graph.initializers.get(input(linear, 1))?.dims ?? known.get(input(linear, 1));
    const axis = channelAxis(linear);
    if (next?.op !== 'BatchNormalization' || dims === undefined || axis === null) continue;
    if ([input(linear, 1), input(linear, 2), ...next.inputs.slice(1)].some((name) => fromImage.has(name)))
      continue;
    const inputs = foldedInputs(builder, linear, next, dims, axis);
    const [, weight = '', bias = ''] = inputs;
    shapes.set(weight, dims).set(bias, dims.slice(axis, axis + 1));
    replaced.set(linear, [{ ...linear, inputs, outputs: next.outputs }]).set(next, []);
  }
  const isConstant = (node: Node): boolean => !node.outputs.some((name) => fromImage.has(name));
  const constants = graph.nodes.filter(isConstant);
  const rest = graph.nodes.filter((node) => !isConstant(node));
  return {
    graph: {
      ...graph,
      nodes: [...constants, ...builder.nodes, ...rest.flatMap((node) => replaced.get(node) ?? [node])],
      initializers: new Map([...graph.initializers, ...builder.initializers]),
    },
    shapes,
  };
}

/** The weight axis that runs over output channels; null where folding does not apply. */
function channelAxis(node: Node): number | null {
  if (node.op === 'Conv') return 0;
  if (node.op === 'ConvTranspose') return int(node, 'group', 1) === 1 ? 1 : null;
  if (node.op === 'Gemm' && float(node, 'alpha', 1) === 1 && float(node, 'beta', 1) === 1)
    return int(node, 'transB', 0) === 1 ? 0 : 1;
  return null;
}

function foldedInputs(
  builder: GraphBuilder,
  linear: Node,
  normalization: Node,
  dims: readonly number[],
  axis: number,
): readonly Value[] {
  const [, gamma = '', beta = '', mean = '', variance = ''] = normalization.inputs;
  const [x = '', w = '', bias = ''] = linear.inputs;
  const epsilon = builder.float(float(normalization, 'epsilon', 1e-5));
  const scale = builder.div(gamma, builder.op('Sqrt', [builder.add(variance, epsilon)]));
  const alongChannels = builder.reshape(
    scale,
    dims.map((_, index) => (index === axis ? -1 : 1)),
  );
  const offset = bias === '' ? builder.neg(mean) : builder.sub(bias, mean);
  return [x, builder.mul(w, alongChannels), builder.add(builder.mul(offset, scale), beta)];
}
