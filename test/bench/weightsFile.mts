import { writeFileSync } from 'node:fs';

import type { Graph } from '../../src/engine/onnx/graph.js';
import { DataType, elementCount } from '../../src/engine/onnx/tensor.js';
import { constantsOf } from '../../src/engine/weights/constants.js';

/** The weights of a graph as another training step might have left them, by the names that the graph has for them. */
export function writeWeights(file: string, graph: Graph, step: number): void {
  const header: Record<string, unknown> = {};
  const values: Buffer[] = [];
  let end = 0;
  for (const { storedName: name, tensor } of constantsOf(graph)) {
    if (tensor.dataType !== DataType.FLOAT || elementCount(tensor.dims) === 1) continue;
    const bytes = Buffer.from(tensor.bytes);
    for (let at = 0; at < bytes.length; at += 4)
      bytes.writeFloatLE(bytes.readFloatLE(at) * (1 + 0.01 * Math.sin(at + step)), at);
    header[name] = { dtype: 'F32', shape: tensor.dims, data_offsets: [end, end + bytes.length] };
    end += bytes.length;
    values.push(bytes);
  }
  const head = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(head.length));
  writeFileSync(file, Buffer.concat([length, head, ...values]));
}
