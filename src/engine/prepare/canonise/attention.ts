import { type Attribute, float, type Graph, int, type Node, opset } from '../../onnx/graph.js';
import { DataType, floatTensor, int64Tensor, type Tensor } from '../../onnx/tensor.js';

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
  const [result = ''] = node.outputs;
  const nodes: Node[] = [];
  const op = (
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    output = `${result}/${nodes.length}`,
  ): string => {
    const name = output === result ? node.name : `${node.name}/${nodes.length}`;
    const attributeMap = new Map(Object.entries(attributes));
    nodes.push({ ...node, name, op: type, inputs, outputs: [output], attributes: attributeMap });
    return output;
  };
  const perm = (...axes: readonly number[]) => ({ perm: { type: 'ints', value: axes } }) as const;
  const heads = int(node, 'q_num_heads', 0);
  const byHead = (tensor: string): string =>
    heads === 0
      ? tensor
      : op(
          'Transpose',
          [op('Reshape', [tensor, constant(int64Tensor([0, 0, heads, -1]))])],
          perm(0, 2, 1, 3),
        );

  const q = byHead(query);
  const products = op('MatMul', [q, op('Transpose', [byHead(key)], perm(0, 1, 3, 2))]);
  const scale = node.attributes.has('scale')
    ? constant(floatTensor([float(node, 'scale', 1)], []))
    : inverseRootOfSize(q, op);
  const scores = op('Mul', [products, scale]);
  const masked = mask === '' ? scores : op('Add', [scores, mask]);
  const weights = op('Softmax', [masked], { axis: { type: 'int', value: -1 } });
  const values = byHead(value);
  if (heads === 0) op('MatMul', [weights, values], {}, result);
  else {
    const joined = op('Transpose', [op('MatMul', [weights, values])], perm(0, 2, 1, 3));
    op('Reshape', [joined, constant(int64Tensor([0, 0, -1]))], {}, result);
  }
  return nodes;
}

/** 1 / √D of a tensor (…, D), which ONNX Runtime knows as soon as it knows the tensor's shape. */
function inverseRootOfSize(
  tensor: string,
  op: (type: string, inputs: readonly string[], attributes?: Readonly<Record<string, Attribute>>) => string,
): string {
  const size = op('Shape', [tensor], { start: { type: 'int', value: -1 } });
  const asFloat = op('Cast', [size], { to: { type: 'int', value: DataType.FLOAT } });
  return op('Reciprocal', [op('Sqrt', [asFloat])]);
}
