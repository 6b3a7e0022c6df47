import * as ort from 'onnxruntime-node';

import type { DeviceChoice } from '../../protocol/device.js';
import type { Graph, Node } from '../onnx/graph.js';
import { createSession, type Options, type Session } from './session.js';
import { type SystemCard, systemCard } from './systemCard.js';
import type { Verdicts } from './verdicts.js';

/** A graphics card that graphs may be run on. */
export interface Card extends Pick<SystemCard, 'name' | 'identity'> {
  /**
   * Makes a graph ready to run on the card. Operators that it has no kernel for run on the processor.
   * @param file names the model in errors
   * @throws what `createSession` throws
   */
  readonly session: (graph: Graph, file: string, options?: Options) => Promise<Session>;
}

/** ONNX Runtime's provider for graphics cards of any maker: Vulkan on Linux, Direct3D 12 on Windows, Metal on macOS. */
const PROVIDER = 'webgpu';

/** The card to use where the user chose this device; null for none. */
export function cardFor(device: DeviceChoice): Card | null {
  if (device === 'cpu' || !ort.listSupportedBackends().some(({ name }) => name === PROVIDER)) return null;
  const { isLikely, ...system } = systemCard();
  return device === 'gpu' || isLikely ? { ...system, session } : null;
}

/** A card of which it is known afterwards, should it end the process, for what it was used then. */
export function watched(card: Card, key: string, verdicts: Verdicts): Card {
  return {
    ...card,
    session: async (...graph) => {
      const made = await verdicts.using(key, () => card.session(...graph));
      return { ...made, run: (...values) => verdicts.using(key, () => made.run(...values)) };
    },
  };
}

function session(graph: Graph, file: string, options: Options = {}): Promise<Session> {
  const left = leftToProcessor(graph);
  const provider = { name: PROVIDER, ...(left.length > 0 && { forceCpuNodeNames: left }) };
  return createSession(graph, file, { ...options, executionProviders: [provider] });
}

/** Names of nodes that the provider takes and then fails at, Indices of MaxPool, or ends the process at, a C without an axis. */
function leftToProcessor({ nodes, initializers }: Graph): string[] {
  const isLeft = ({ op, inputs: [, , c = ''], outputs }: Node): boolean =>
    (op === 'MaxPool' && outputs.length > 1) || (op === 'Gemm' && initializers.get(c)?.dims.length === 0);
  return nodes.filter(isLeft).map(({ name }) => name);
}
