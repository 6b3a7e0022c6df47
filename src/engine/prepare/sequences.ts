import { type Graph, input, int, type Node, output } from '../onnx/graph.js';
import { int64Tensor } from '../onnx/tensor.js';
import { needed } from '../onnx/walk.js';
import { constantIntegers, constantOf } from './constants.js';
import { passOn } from './passOn.js';
import { Replacement } from './replacement.js';

/** What a sequence holds: tensors, or parts of one, of a size each, along an axis, which may lose it. */
type Sequence = readonly string[] | Parts;

interface Parts {
  readonly of: string;
  readonly axis: number;
  readonly size: number;
  readonly keepsAxis: boolean;
}

/** Sequences of tensors, whose parts are known without running anything, as those tensors (Split, Slice, Concat of opset 18). */
export function withoutSequences(graph: Graph): Graph {
  if (!graph.nodes.some(({ op }) => op.includes('Sequence'))) return graph;
  const initializers = new Map(graph.initializers);
  const ints = (values: readonly number[], dims?: readonly number[]): string => {
    const name = `sequences/constant-${initializers.size}`;
    initializers.set(name, int64Tensor(values, dims));
    return name;
  };
  const place = (name: string): number | undefined => constantIntegers(graph, name)?.[0];
  const held = new Map<string, Sequence>();
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const made = sequenceOf(node, graph, held, place);
    if (made !== null) held.set(output(node), made.sequence);
    if (made !== null) return [...made.nodes, node];
    const sequence = held.get(input(node, 0));
    const read = sequence === undefined ? null : reading(node, sequence, place, ints);
    return read ?? [node];
  });
  return { ...graph, nodes: needed(nodes, graph.outputs), initializers };
}

interface Made {
  readonly sequence: Sequence;
  readonly nodes: readonly Node[];
}

/** The sequence that a node makes; null where it makes none, or one that is not known. */
function sequenceOf(
  node: Node,
  graph: Graph,
  held: ReadonlyMap<string, Sequence>,
  place: (name: string) => number | undefined,
): Made | null {
  if (node.op === 'SplitToSequence') return splitOf(node, graph);
  const before = held.get(input(node, 0)) ?? null;
  const sequence = node.op === 'Identity' ? before : listOf(node, before, place);
  return sequence && { sequence, nodes: [] };
}

/** The list that a node makes, of tensors or of another list. */
function listOf(
  { op, inputs }: Node,
  before: Sequence | null,
  place: (name: string) => number | undefined,
): readonly string[] | null {
  const [, second = '', third = ''] = inputs;
  if (op === 'SequenceConstruct') return inputs;
  if (op === 'SequenceEmpty') return [];
  if (before === null || !('length' in before)) return null;
  if (op === 'SequenceInsert') {
    const at = third === '' ? before.length : place(third);
    return at === undefined ? null : before.toSpliced(at, 0, second);
  }
  if (op !== 'SequenceErase') return null;
  const at = second === '' ? -1 : place(second);
  return at === undefined ? null : before.toSpliced(at, 1);
}

function splitOf(node: Node, graph: Graph): Made | null {
  const [x = '', sizes = ''] = node.inputs;
  const axis = int(node, 'axis', 0);
  if (sizes === '')
    return { sequence: { of: x, axis, size: 1, keepsAxis: int(node, 'keepdims', 1) === 1 }, nodes: [] };
  const values = constantIntegers(graph, sizes);
  const [size] = values ?? [];
  if (values === null || size === undefined) return null;
  if (constantOf(graph, sizes)?.dims.length === 0)
    return { sequence: { of: x, axis, size, keepsAxis: true }, nodes: [] };
  const parts = values.map((_, index) => `${output(node)}/${index}`);
  const attributes = new Map([['axis', { type: 'int', value: axis } as const]]);
  const split: Node = { ...node, op: 'Split', name: `${node.name}/split`, outputs: parts, attributes };
  return { sequence: parts, nodes: [split] };
}

/** What a node takes out of a sequence; null where that is not known. */
function reading(
  node: Node,
  sequence: Sequence,
  place: (name: string) => number | undefined,
  ints: (values: readonly number[], dims?: readonly number[]) => string,
): readonly Node[] | null {
  const parts = new Replacement(node);
  if (node.op === 'SequenceAt') {
    const index = place(input(node, 1));
    if (index === undefined) return null;
    if ('length' in sequence) {
      const found = sequence.at(index);
      return found === undefined ? null : parts.end('Identity', [found]);
    }
    const { of, axis, size, keepsAxis } = sequence;
    if (!keepsAxis)
      return parts.end('Gather', [of, ints([index], [])], { axis: { type: 'int', value: axis } });
    if (index < 0 && size > 1) return null;
    const end = index === -1 ? Number.MAX_SAFE_INTEGER : (index + 1) * size;
    return parts.end('Slice', [of, ints([index * size]), ints([end]), ints([axis])]);
  }
  if (node.op !== 'ConcatFromSequence') return null;
  const [axis, isNew] = [int(node, 'axis', 0), int(node, 'new_axis', 0) === 1];
  if ('length' in sequence) {
    const rows = isNew ? sequence.map((name) => parts.add('Unsqueeze', [name, ints([axis])])) : sequence;
    return parts.end('Concat', rows, { axis: { type: 'int', value: axis } });
  }
  const isUndone = sequence.axis === axis && sequence.keepsAxis !== isNew;
  return isUndone ? [passOn({ ...node, inputs: [sequence.of] }, node)] : null;
}
