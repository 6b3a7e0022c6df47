import { float, input, int, type Node, text } from '../onnx/graph.js';
import { floatTensor, int64Tensor, type Tensor } from '../onnx/tensor.js';
import { Replacement } from './replacement.js';
import type { Rewrite } from './rewrite.js';

/**
 * What scikit-learn's converters put behind a network (ai.onnx.ml), in standard operators. Of a classifier its scores; the
 * label that it puts out before them is computed by nothing any more. What is not linear stays.
 */
export const CLASSICAL_HEADS: readonly { readonly ops: readonly string[]; readonly rewrite: Rewrite }[] = [
  { ops: ['Scaler'], rewrite: scaler },
  { ops: ['Normalizer'], rewrite: normalizer },
  { ops: ['LinearClassifier'], rewrite: linearClassifier },
  { ops: ['SVMClassifier'], rewrite: svmClassifier },
  { ops: ['LinearRegressor'], rewrite: linearRegressor },
  { ops: ['ArrayFeatureExtractor'], rewrite: arrayFeatureExtractor },
  { ops: ['FeatureVectorizer'], rewrite: featureVectorizer },
  { ops: ['Imputer'], rewrite: imputer },
];

type Constant = (tensor: Tensor) => string;

/** (x − offset) · scale */
function scaler(node: Node, constant: Constant): readonly Node[] {
  const parts = new Replacement(node);
  const vector = (name: string): string => {
    const values = floats(node, name);
    return constant(floatTensor(values, [values.length]));
  };
  const shifted = parts.add('Sub', [input(node, 0), vector('offset')]);
  return parts.end('Mul', [shifted, vector('scale')]);
}

const NORMS = new Map([
  ['L1', 'ReduceL1'],
  ['L2', 'ReduceL2'],
  ['MAX', 'ReduceMax'],
]);

function normalizer(node: Node, constant: Constant): readonly Node[] {
  const parts = new Replacement(node);
  const [x = ''] = node.inputs;
  const axes = constant(int64Tensor([-1]));
  const norm = parts.add(NORMS.get(text(node, 'norm', 'MAX')) ?? 'ReduceMax', [x, axes]);
  return parts.end('Div', [x, norm]);
}

/** x · Wᵀ + b, one row a class, or one for two classes. */
function linearClassifier(node: Node, constant: Constant): readonly Node[] {
  const intercepts = floats(node, 'intercepts');
  const coefficients = floats(node, 'coefficients');
  const rows = intercepts.length || labelCount(node);
  return classifier(node, constant, {
    rows: perRow(coefficients, rows),
    shifts: intercepts.length > 0 ? intercepts : perRow(coefficients, rows).map(() => 0),
  });
}

/**
 * Without support vectors a row a class; with them, and a linear kernel, the sum of those is the row, which is the second
 * class's.
 */
function svmClassifier(node: Node, constant: Constant): readonly Node[] {
  if (text(node, 'kernel_type', 'LINEAR') !== 'LINEAR' || floats(node, 'prob_a').length > 0) return [node];
  const [coefficients, rho] = [floats(node, 'coefficients'), floats(node, 'rho')];
  const vectors = floats(node, 'support_vectors');
  if (vectors.length === 0) {
    const rows = perRow(coefficients, labelCount(node));
    return classifier(node, constant, { rows, shifts: rows.map(() => rho[0] ?? 0) });
  }
  if (labelCount(node) !== 2 || rho.length !== 1) return [node];
  const supports = perRow(vectors, coefficients.length);
  const row = Array.from(supports[0] ?? [], (_, feature) =>
    supports.reduce((sum, support, index) => sum + (coefficients[index] ?? 0) * (support[feature] ?? 0), 0),
  );
  return classifier(node, constant, {
    rows: [row.map((weight) => -weight), row],
    shifts: [-(rho[0] ?? 0), rho[0] ?? 0],
  });
}

interface Linear {
  readonly rows: readonly (readonly number[])[];
  readonly shifts: readonly number[];
}

const POST_TRANSFORMS = new Map([
  ['NONE', 'Identity'],
  ['SOFTMAX', 'Softmax'],
  // Leaves out scores of exactly 0.
  ['SOFTMAX_ZERO', 'Softmax'],
  ['LOGISTIC', 'Sigmoid'],
]);

function classifier(node: Node, constant: Constant, { rows, shifts }: Linear): readonly Node[] {
  const transform = POST_TRANSFORMS.get(text(node, 'post_transform', 'NONE'));
  const isOneForTwo = rows.length === 1 && labelCount(node) === 2;
  if (transform === undefined) return [node];
  const parts = new Replacement({ ...node, outputs: node.outputs.slice(1) });
  const features = rows[0]?.length ?? 0;
  const columns = Array.from({ length: features }, (_, feature) => rows.map((row) => row[feature] ?? 0));
  const weights = constant(floatTensor(columns.flat(), [features, rows.length]));
  const product = parts.add('MatMul', [input(node, 0), weights]);
  const logits = parts.add('Add', [product, constant(floatTensor(shifts, [shifts.length]))]);
  if (!isOneForTwo) return parts.end(transform, [logits]);
  // A Softmax of one row is left out.
  const score = parts.add(transform === 'Sigmoid' ? transform : 'Identity', [logits]);
  const other = parts.add('Sub', [constant(floatTensor([1], [])), score]);
  return parts.end('Concat', [other, score], { axis: { type: 'int', value: -1 } });
}

/** x · Wᵀ + b, one row a target. */
function linearRegressor(node: Node, constant: Constant): readonly Node[] {
  if (text(node, 'post_transform', 'NONE') !== 'NONE') return [node];
  const rows = perRow(floats(node, 'coefficients'), int(node, 'targets', 1));
  const shifts = floats(node, 'intercepts');
  const parts = new Replacement(node);
  const weights = constant(floatTensor(rows.flat(), [rows.length, rows[0]?.length ?? 0]));
  const transposed = parts.add('Transpose', [weights], { perm: { type: 'ints', value: [1, 0] } });
  const product = parts.add('MatMul', [input(node, 0), transposed]);
  return shifts.length === 0
    ? parts.end('Identity', [product])
    : parts.end('Add', [product, constant(floatTensor(shifts, [shifts.length]))]);
}

/** Several lists of features as one. */
function featureVectorizer(node: Node): readonly Node[] {
  return new Replacement(node).end('Concat', node.inputs, { axis: { type: 'int', value: -1 } });
}

/** Features of a picture are never missing (NaN); other values that stand for missing ones may be computed. */
function imputer(node: Node): readonly Node[] {
  return Number.isNaN(float(node, 'replaced_value_float', 0))
    ? new Replacement(node).end('Identity', node.inputs.slice(0, 1))
    : [node];
}

/** Columns by constant indices, or what is chosen among constants. */
function arrayFeatureExtractor(node: Node, constant: Constant): readonly Node[] {
  const parts = new Replacement(node);
  const [x = '', indices = ''] = node.inputs;
  const flat = parts.add('Reshape', [indices, constant(int64Tensor([-1]))]);
  return parts.end('Gather', [x, flat], { axis: { type: 'int', value: -1 } });
}

function floats(node: Node, name: string): readonly number[] {
  const attribute = node.attributes.get(name);
  return attribute?.type === 'floats' ? attribute.value : [];
}

/** How many classes a classical classifier names. */
export function labelCount({ attributes }: Node): number {
  const labels = attributes.get('classlabels_strings') ?? attributes.get('classlabels_ints');
  return labels?.type === 'strings' || labels?.type === 'ints' ? labels.value.length : 0;
}

function perRow(values: readonly number[], count: number): readonly (readonly number[])[] {
  const size = values.length / count;
  return Array.from({ length: count }, (_, row) => values.slice(row * size, (row + 1) * size));
}
