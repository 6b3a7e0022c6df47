import { float, type Graph, int, type Node, opset } from '../../onnx/graph.js';
import { DataType, floatTensor, int64Tensor, type Tensor } from '../../onnx/tensor.js';
import { Replacement } from '../replacement.js';

/** The opset that brought the operator. */
const SINCE = 23;

/**
 * Writes Attention-23 out as the operators that it is short for, which relevance has rules for. Left as they are: causal
 * attention, attention with past keys, a soft cap, a Boolean mask, or more query than key heads; no classifier of images
 * uses them.
 */
export function spellOutAttention(graph: Graph): Graph {
  if (opset(graph) < SINCE) return graph;
  const initializers = new Map(graph.initializers);
  const constant = (tensor: Tensor): string => {
    const name = `attention/constant-${initializers.size}`;
    initializers.set(name, tensor);
    return name;
  };
  const nodes = graph.nodes.flatMap((node) =>
    node.domain === '' && node.op === 'Attention' && isPlain(node, graph)
      ? spelledOut(node, constant)
      : [node],
  );
  return { ...graph, nodes, initializers };
}

function isPlain(node: Node, { valueInfo, initializers }: Graph): boolean {
  const [query = '', key = '', , mask = '', ...further] = node.inputs;
  const heads = (tensor: string, attribute: string): unknown =>
    int(node, attribute, 0) || valueInfo.get(tensor)?.shape?.at(-3);
  const maskType = valueInfo.get(mask)?.dataType ?? initializers.get(mask)?.dataType;
  return (
    int(node, 'is_causal', 0) === 0 &&
    float(node, 'softcap', 0) === 0 &&
    further.every((name) => name === '') &&
    node.outputs.slice(1).every((name) => name === '') &&
    (mask === '' || maskType === DataType.FLOAT) &&
    heads(query, 'q_num_heads') === heads(key, 'kv_num_heads')
  );
}

/** Y = softmax(scale · Q Kᵀ + mask) V, of operands (B, heads, T, D), or (B, T, heads · D) where the heads are given. */
function spelledOut(node: Node, constant: (tensor: Tensor) => string): readonly Node[] {
  const [query = '', key = '', value = '', mask = ''] = node.inputs;
  const parts = new Replacement(node);
  const perm = (...axes: readonly number[]) => ({ perm: { type: 'ints', value: axes } }) as const;
  const heads = int(node, 'q_num_heads', 0);
  const byHead = (tensor: string): string =>
    heads === 0
      ? tensor
      : parts.add(
          'Transpose',
          [parts.add('Reshape', [tensor, constant(int64Tensor([0, 0, heads, -1]))])],
          perm(0, 2, 1, 3),
        );

  const q = byHead(query);
  const products = parts.add('MatMul', [q, parts.add('Transpose', [byHead(key)], perm(0, 1, 3, 2))]);
  const scale = node.attributes.has('scale')
    ? constant(floatTensor([float(node, 'scale', 1)], []))
    : inverseRootOfSize(q, parts);
  const scores = parts.add('Mul', [products, scale]);
  const masked = mask === '' ? scores : parts.add('Add', [scores, mask]);
  const weights = parts.add('Softmax', [masked], { axis: { type: 'int', value: -1 } });
  const values = byHead(value);
  if (heads === 0) return parts.end('MatMul', [weights, values]);
  const joined = parts.add('Transpose', [parts.add('MatMul', [weights, values])], perm(0, 2, 1, 3));
  return parts.end('Reshape', [joined, constant(int64Tensor([0, 0, -1]))]);
}

/** 1 / √D of a tensor (…, D), which ONNX Runtime knows as soon as it knows the tensor's shape. */
function inverseRootOfSize(tensor: string, parts: Replacement): string {
  const size = parts.add('Shape', [tensor], { start: { type: 'int', value: -1 } });
  const asFloat = parts.add('Cast', [size], { to: { type: 'int', value: DataType.FLOAT } });
  return parts.add('Reciprocal', [parts.add('Sqrt', [asFloat])]);
}
