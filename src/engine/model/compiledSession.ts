import { compile, type ExplanationGraph, type Subject } from '../compile/explanationGraph.js';
import { EngineError } from '../failure.js';
import type { PassMethodId } from '../methods/table.js';
import type { Value } from '../onnx/builder.js';
import type { Graph, Node } from '../onnx/graph.js';
import { DataType } from '../onnx/tensor.js';
import { partFor } from '../onnx/walk.js';
import type { Card } from '../runtime/card.js';
import { hasManyWeights, storeConstants } from '../runtime/constants.js';
import type { KeptGraphs } from '../runtime/keptGraphs.js';
import { createSession, type Options, type Session } from '../runtime/session.js';
import type { SharedSession, SharedSessions } from '../runtime/sharedSessions.js';

/** What making an explainer needs besides the model. */
export interface Making {
  /** Names the model in errors. */
  readonly file: string;
  /** Where the runtime may write. */
  readonly cacheFolder: string;
  /** Sessions of graphs that are equal but for their weights; null for a session of its own, with the weights as constants. */
  readonly shared: SharedSessions | null;
  /** Where the graph is kept for the next time; null where it is not. */
  readonly kept: KeptGraphs | null;
  /** Where it runs; on the processor where nothing is said. */
  readonly card?: Card;
  /** Told how far it is, 0 to 1, where that takes long; what it throws ends the work. */
  readonly told: (fraction: number) => void;
  /** Constants of which every run is given the values, by their shapes: other values need no other session. */
  readonly given?: ReadonlyMap<Value, readonly number[]>;
}

/** Compiles a model until ONNX Runtime takes it: a node of ours that it refuses blocks the layers behind it alone. */
export async function compiledSession(
  subject: Omit<Subject, 'refused'>,
  methods: readonly PassMethodId[],
  making: Making,
): Promise<{ readonly session: Session | SharedSession; readonly compiled: ExplanationGraph }> {
  const refused = new Set<Node>();
  for (;;) {
    const compiled = compile({ ...subject, refused }, methods);
    try {
      return { session: await makeSession(compiled.graph, making), compiled };
    } catch (error) {
      const failure = error instanceof EngineError ? error.failure : null;
      const node = compiled.madeFor.get(String(failure?.parameters['node']));
      const isOfNode = failure?.code === 'refusedNode' || failure?.code === 'missingKernel';
      if (!isOfNode || node === undefined) throw error;
      refused.add(node);
    }
  }
}

/** Storing the constants is about this part of the work. */
const STORING = 0.7;

/** What a kernel packs for itself stands beside what others read: of many weights, memory for a few per cent of time. */
const UNPACKED: Options = { config: { disable_prepacking: '1' } };

async function makeSession(whole: Graph, making: Making): Promise<Session | SharedSession> {
  const { file, cacheFolder, shared, kept, card, given } = making;
  const session = await shared?.get(whole, file);
  if (session) return session;
  const graph = given === undefined ? whole : asInputs(whole, given);
  const options = hasManyWeights(graph) ? UNPACKED : {};
  const make = (of: Options): Promise<Session> => madeSession(graph, making, of);
  if (kept === null || card !== undefined) return make(options);
  return kept.session(graph, { file, options, scratch: cacheFolder }, make);
}

async function madeSession(
  graph: Graph,
  { file, cacheFolder, card, told }: Making,
  options: Options,
): Promise<Session> {
  const create = card?.session ?? createSession;
  const divided = await storeConstants(graph, file, cacheFolder, (fraction) => {
    told(STORING * fraction);
  });
  if (divided === null) return create(graph, file, options);
  try {
    told(STORING);
    return await create(divided.graph, file, { ...options, stored: divided.stored });
  } finally {
    divided.remove();
  }
}

/** A graph in which these constants are inputs. */
function asInputs(graph: Graph, given: ReadonlyMap<Value, readonly number[]>): Graph {
  const inputs = Array.from(given, ([name, shape]) => ({ name, dataType: DataType.FLOAT, shape }));
  const nodes = graph.nodes.filter(({ outputs }) => !outputs.some((name) => given.has(name)));
  const initializers = new Map([...graph.initializers].filter(([name]) => !given.has(name)));
  return partFor({ ...graph, nodes, initializers, inputs: [...graph.inputs, ...inputs] }, graph.outputs);
}
