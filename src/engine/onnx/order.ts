import type { NodeProto } from './gen/onnx_pb.js';
import { readFromOutside } from './walk.js';

/**
 * The nodes of a graph without cycles in an order of computation: that of the file, but for nodes that stand behind their
 * readers. ONNX demands an order, ONNX Runtime does not, and files made smaller (float16 with float32 inputs) often have none.
 */
export function inOrder(nodes: readonly NodeProto[]): readonly NodeProto[] {
  const producer = new Map(nodes.flatMap((node) => node.output.filter(Boolean).map((name) => [name, node])));
  const ordered = new Set<NodeProto>();
  for (const node of nodes) {
    const waiting = [node];
    for (let next = waiting.at(-1); next !== undefined; next = waiting.at(-1)) {
      const read = [...next.input, ...next.attribute.flatMap(({ g }) => (g ? readFromOutside(g) : []))];
      const sources = read.flatMap((name) => producer.get(name) ?? []);
      const missing = sources.filter((source) => !ordered.has(source));
      waiting.push(...missing.toReversed());
      if (missing.length > 0) continue;
      ordered.add(next);
      waiting.pop();
    }
  }
  return [...ordered];
}
