import type { Value } from '../onnx/builder.js';
import { ints, type Node, output } from '../onnx/graph.js';
import {
  activationsOf,
  type Flow,
  isArithmeticWithConstants,
  isLinear,
  MOVEMENTS,
  withBias,
} from './flow.js';

/** What the search for operators on tokens may ask. */
export interface TokenQuestions {
  readonly image: Value;
  /** Names of the inputs that relevance goes to. */
  readonly takers: (node: Node) => readonly Value[];
  readonly isAttention: (tensor: Value) => boolean;
  /** Whether the operator is an elementwise function. */
  readonly isActivation: (node: Node) => boolean;
  /** Linear operators that are no operators on tokens: the classifier, but for the method LRP. */
  readonly excluded: ReadonlySet<Node>;
}

const SUMS = new Set(['Add', 'Sum', 'Sub']);
const TOKEN_NORMS = new Set(['LayerNormalization', 'RMSNormalization', 'SimplifiedLayerNormalization']);
/** Operators that go on with tokens where all that they take are tokens; besides movement, activations and products with weights. */
const GOING_ON = new Set([
  ...TOKEN_NORMS,
  ...['BatchNormalization', 'InstanceNormalization', 'GroupNormalization', 'LRN'],
  ...[
    'Add',
    'Sum',
    'Sub',
    'Mul',
    'Div',
    'Neg',
    'Where',
    'Max',
    'Min',
    'MaxPool',
    'GlobalMaxPool',
    'ReduceMax',
  ],
  ...['ReduceMean', 'ReduceSum', 'AveragePool', 'GlobalAveragePool', 'Resize'],
]);
const BY_WEIGHTS = new Set(['MatMul', 'Gemm', 'Einsum']);

/** A sum of activations and everything relevance passes between it and the tensor that all its operands come from. */
interface ResidualBlock {
  readonly from: Value;
  readonly nodes: ReadonlySet<Node>;
}

/**
 * The operators on tokens: what attention, its norms, its MLP and the sums around them read and write. They begin with
 * the residual blocks that hold a product of attention, and grow back over what arranges their tokens and forward over
 * what does not mix them with anything else. Convolutions between blocks, a patch convolution and the classifier are none.
 */
export function findTokenOperators(flow: Flow, questions: TokenQuestions): ReadonlySet<Node> {
  const { takers, isAttention } = questions;
  const cores = flow.graph.nodes.filter(
    (node) =>
      (node.op === 'MatMul' || node.op === 'Einsum') &&
      activationsOf(flow, node).length === 2 &&
      node.inputs.some(isAttention),
  );
  if (cores.length === 0) return new Set();
  const blocks = residualBlocks(flow, questions);
  const found = new Set<Node>();
  const tensors = new Set<Value>();
  const add = (node: Node): void => {
    found.add(node);
    for (const name of [...takers(node), ...node.outputs]) tensors.add(name);
  };
  for (const core of cores) {
    const around = blocks.filter(({ nodes }) => nodes.has(core)).sort((a, b) => a.nodes.size - b.nodes.size);
    for (const node of around[0]?.nodes ?? backToLinear(flow, takers, core)) add(node);
  }
  const growth = growthOf(flow, questions, blocks, tensors);
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const node of growth()) if (!found.has(node)) add(node);
  }
  return found;
}

/** A step of growth: the nodes that are on tokens because of the tensors known so far. */
function growthOf(
  flow: Flow,
  { takers, isActivation, excluded }: TokenQuestions,
  blocks: readonly ResidualBlock[],
  tensors: ReadonlySet<Value>,
): () => readonly Node[] {
  const goesBack = (node: Node): boolean => {
    if (!node.outputs.some((name) => tensors.has(name))) return false;
    if (MOVEMENTS.has(node.op) || TOKEN_NORMS.has(node.op)) return takers(node).length > 0;
    const isBias = addsBias(flow, node);
    return isArithmeticWithConstants(flow, node) && !isBias;
  };
  const goesForward = (node: Node): boolean => {
    const taking = takers(node);
    const isOnTokens = node.op === 'Concat' ? taking.some(known) : taking.length > 0 && taking.every(known);
    const isByWeights = BY_WEIGHTS.has(node.op) && isLinear(flow, node) && !excluded.has(node);
    return (
      isOnTokens && (isByWeights || GOING_ON.has(node.op) || MOVEMENTS.has(node.op) || isActivation(node))
    );
  };
  const known = (tensor: Value): boolean => tensors.has(tensor);
  const whole = blocks.filter(
    (block) => ![...block.nodes].some((node) => excluded.has(node)) && isTokenBlock(flow, takers, block),
  );
  return () => [
    ...flow.graph.nodes.filter((node) => goesForward(node) || goesBack(node)),
    ...whole.filter(({ from }) => known(from)).flatMap(({ nodes }) => [...nodes]),
  ];
}

/** Whether a node adds the bias of a linear operator, directly or behind a Transpose. */
function addsBias(flow: Flow, node: Node): boolean {
  return node.inputs.some((name) => {
    const before = flow.producer(name);
    const product = before?.op === 'Transpose' ? (before.inputs[0] ?? '') : name;
    return [name, product].some((tensor) => withBias(flow, tensor).tensor === output(node));
  });
}

/** Whether every operator that mixes neighbouring positions in a block stands behind a norm of tokens. */
function isTokenBlock(flow: Flow, takers: TokenQuestions['takers'], { from, nodes }: ResidualBlock): boolean {
  const reachesUnnormalised = (start: Node): boolean => {
    const waiting = [...takers(start)];
    const seen = new Set<Value>();
    for (let tensor = waiting.pop(); tensor !== undefined; tensor = waiting.pop()) {
      if (tensor === from) return true;
      const node = flow.producer(tensor);
      if (seen.has(tensor) || node === undefined || TOKEN_NORMS.has(node.op)) continue;
      seen.add(tensor);
      waiting.push(...takers(node));
    }
    return false;
  };
  return ![...nodes].some((node) => isSpatial(flow, node) && reachesUnnormalised(node));
}

function isSpatial({ shape }: Flow, node: Node): boolean {
  switch (node.op) {
    case 'Conv':
    case 'ConvTranspose': {
      const kernel = shape(node.inputs[1] ?? '').slice(2);
      return [...kernel, ...(ints(node, 'strides') ?? [])].some((size) => size > 1);
    }
    case 'MaxPool':
    case 'AveragePool':
      return shape(output(node))
        .slice(2)
        .some((size) => size > 1);
    default:
      return false;
  }
}

/** A product of attention without a sum around it: back from its value to the first linear operator, which is included. */
function backToLinear(flow: Flow, takers: TokenQuestions['takers'], core: Node): readonly Node[] {
  const way = [core];
  for (const node of way) {
    if (node !== core && isLinear(flow, node)) continue;
    for (const tensor of takers(node)) {
      const before = flow.producer(tensor);
      if (before !== undefined && !way.includes(before)) way.push(before);
    }
  }
  return way;
}

function residualBlocks(flow: Flow, { image, takers }: TokenQuestions): readonly ResidualBlock[] {
  const { common } = dominators(flow, image, takers);
  return flow.graph.nodes.flatMap((sum) => {
    const operands = takers(sum);
    if (!SUMS.has(sum.op) || operands.length < 2) return [];
    const from = common(operands);
    if (from === null || from === image) return [];
    const nodes = new Set([sum]);
    for (const node of nodes)
      for (const tensor of takers(node)) {
        const before = tensor === from ? undefined : flow.producer(tensor);
        if (before !== undefined) nodes.add(before);
      }
    return [{ from, nodes }];
  });
}

/** Through which tensors all relevance of others must pass (Cooper, Harvey and Kennedy, 2001, without cycles). */
function dominators(
  { graph }: Flow,
  image: Value,
  takers: TokenQuestions['takers'],
): { readonly common: (tensors: readonly Value[]) => Value | null } {
  const above = new Map<Value, Value>();
  const depth = new Map([[image, 0]]);
  const meet = (a: Value, b: Value): Value => {
    let [one, other] = [a, b];
    while (one !== other)
      if ((depth.get(one) ?? 0) >= (depth.get(other) ?? 0)) one = above.get(one) ?? image;
      else other = above.get(other) ?? image;
    return one;
  };
  const common = (tensors: readonly Value[]): Value | null => {
    const known = tensors.filter((tensor) => depth.has(tensor));
    const [first, ...others] = known;
    return first === undefined ? null : others.reduce(meet, first);
  };
  for (const node of graph.nodes) {
    const from = common(takers(node));
    if (from === null) continue;
    for (const name of node.outputs) {
      above.set(name, from);
      depth.set(name, (depth.get(from) ?? 0) + 1);
    }
  }
  return { common };
}
