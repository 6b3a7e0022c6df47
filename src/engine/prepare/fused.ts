import { type Attribute, float, input, int, type Node, text } from '../onnx/graph.js';
import { floatTensor, type Tensor } from '../onnx/tensor.js';
import { Replacement } from './replacement.js';
import type { Rewrite } from './rewrite.js';

/** What ONNX Runtime's optimiser joined in a file that it saved, as the operators that ONNX has for the parts. */
export const FUSED: readonly { readonly ops: readonly string[]; readonly rewrite: Rewrite }[] = [
  { ops: ['FusedConv'], rewrite: fusedConv },
  { ops: ['FusedGemm'], rewrite: fusedGemm },
  { ops: ['FusedMatMul', 'TransposeMatMul'], rewrite: fusedMatMul },
  { ops: ['SkipLayerNormalization', 'SkipSimplifiedLayerNormalization'], rewrite: skipLayerNormalization },
];

type Constant = (tensor: Tensor) => string;

/** activation(Conv(X, W, B) + Z) */
function fusedConv(node: Node, constant: Constant): readonly Node[] {
  const parts = new Replacement(node);
  const attributes = kept(node, 'activation', 'activation_params');
  const convolved = parts.add('Conv', node.inputs.slice(0, 3), attributes);
  const sum = input(node, 3) === '' ? convolved : parts.add('Add', [convolved, input(node, 3)]);
  const numbers = node.attributes.get('activation_params');
  return activated(node, parts, sum, numbers?.type === 'floats' ? numbers.value : [], constant);
}

function fusedGemm(node: Node, constant: Constant): readonly Node[] {
  const names = ['activation_alpha', 'activation_beta', 'activation_gamma'];
  const parts = new Replacement(node);
  const product = parts.add('Gemm', node.inputs, kept(node, 'activation', ...names));
  const numbers = names.filter((name) => node.attributes.has(name)).map((name) => float(node, name, 0));
  return activated(node, parts, product, numbers, constant);
}

/** What an activation's numbers are called, in their order. */
const NUMBERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['LeakyRelu', ['alpha']],
  ['HardSigmoid', ['alpha', 'beta']],
]);

function activated(
  node: Node,
  parts: Replacement,
  x: string,
  numbers: readonly number[],
  constant: Constant,
): readonly Node[] {
  const op = text(node, 'activation', '');
  if (op === '') return parts.end('Identity', [x]);
  if (op === 'Clip') return parts.end(op, [x, ...numbers.map((limit) => constant(floatTensor([limit], [])))]);
  const named = numbers.map(
    (value, index) => [NUMBERS.get(op)?.[index] ?? '', { type: 'float', value }] as const,
  );
  return parts.end(op, [x], Object.fromEntries(named.filter(([name]) => name !== '')));
}

/** alpha · A′ B′, where the last two axes of either may change places. */
function fusedMatMul(node: Node, constant: Constant): readonly Node[] {
  if (['transBatchA', 'transBatchB'].some((name) => int(node, name, 0) === 1)) return [node];
  const parts = new Replacement(node);
  const [a, b] = [int(node, 'transA', 0) === 1, int(node, 'transB', 0) === 1];
  const equation = `...${a ? 'ji' : 'ij'},...${b ? 'kj' : 'jk'}->...ik`;
  const product =
    a || b
      ? parts.add('Einsum', node.inputs, { equation: { type: 'string', value: equation } })
      : parts.add('MatMul', node.inputs);
  return parts.end('Mul', [product, constant(floatTensor([float(node, 'alpha', 1)], []))]);
}

/** The norm of input + skip + bias, with γ and β; the sum is the fourth output. */
function skipLayerNormalization(node: Node): readonly Node[] {
  const isCentred = node.op === 'SkipLayerNormalization';
  const [x = '', skip = '', gamma = ''] = node.inputs;
  const [beta, bias] = isCentred ? [input(node, 3), input(node, 4)] : ['', input(node, 3)];
  const parts = new Replacement(node);
  const added = parts.add('Add', [x, skip]);
  const sum = bias === '' ? added : parts.add('Add', [added, bias]);
  const attributes = {
    axis: { type: 'int', value: -1 },
    epsilon: { type: 'float', value: float(node, 'epsilon', 1e-12) },
  } as const;
  const op = isCentred ? 'LayerNormalization' : 'SimplifiedLayerNormalization';
  const nodes = parts.end(op, [sum, gamma, ...(beta === '' ? [] : [beta])], attributes);
  const [last = ''] = node.outputs.slice(3);
  if (last === '') return nodes;
  const named: Node = {
    ...node,
    name: `${node.name}/sum`,
    op: 'Identity',
    domain: '',
    inputs: [sum],
    outputs: [last],
    attributes: new Map(),
  };
  return [...nodes, named];
}

function kept({ attributes }: Node, ...without: readonly string[]): Readonly<Record<string, Attribute>> {
  return Object.fromEntries([...attributes].filter(([name]) => !without.includes(name)));
}
