import * as ort from 'onnxruntime-node';

import { fail } from '../failure.js';
import type { TensorProto } from '../onnx/gen/onnx_pb.js';
import type { Graph, Node } from '../onnx/graph.js';
import { writeModel } from '../onnx/write.js';
import { refusal } from './refusal.js';
import { threads } from './threads.js';
import { inOlderNames } from './younger.js';

// ONNX Runtime would tell its makers how it is used; it reads this before the first session.
process.env['ORT_DISABLE_TELEMETRY'] = '1';

export type Feeds = Readonly<Record<string, ort.Tensor>>;
export type Fetches = Readonly<Record<string, ort.Tensor>>;

/** A graph that ONNX Runtime has made ready to run. */
export interface Session {
  readonly outputNames: readonly string[];
  /** @throws unknownOperator, refusedNode, runtimeRefused, outOfMemory */
  run(feeds: Feeds, fetches?: readonly string[]): Promise<Fetches>;
  dispose(): Promise<void>;
}

/** ONNX Runtime's log level "fatal": errors are thrown too, and what it warns of is of no use to a person. */
const LOG_SEVERITY_FATAL = 4;

/**
 * Optimisers that change what relevance a tensor takes: the first two let it be read by others than in the given file,
 * the third makes weights of a factor that is none. The fourth loses the projections of attention, whose results are
 * reshaped at once. On compiled graphs, which repeat nothing, looking for repetitions would also take a quarter of the
 * time.
 */
const REWIRING = ['TransposeOptimizer', 'CommonSubexpressionElimination', 'ConvMulFusion', 'MatMulAddFusion'];

/**
 * Optimisers that join the operators of a transformer's forward pass. Relevance reads what stands between those, so they
 * find nothing to join, and looking takes time.
 */
const JOINING = [
  ...['GeluFusionL1', 'GeluFusionL2', 'FastGeluFusion', 'QuickGeluFusion', 'BiasGeluFusion'],
  ...['LayerNormFusion', 'SimplifiedLayerNormFusion', 'SkipLayerNormFusion', 'EmbedLayerNormFusion'],
  ...['AttentionFusion', 'GroupQueryAttentionFusion', 'BiasSoftmaxFusion', 'BiasDropoutFusion'],
  ...['GatherToSplitFusion', 'GatherToSliceFusion', 'MatmulTransposeFusion', 'MatMulScaleFusion'],
  ...[
    'DynamicQuantizeMatMulFusion',
    'MatMulIntegerToFloatFusion',
    'MatMulNBitsFusion',
    'MatMulActivationFusion',
  ],
  ...['QDQSelectorActionTransformer', 'DoubleQDQPairsRemover', 'QDQPropagationTransformer'],
  ...['EnsureUniqueDQForNodeUnit', 'QDQFinalCleanupTransformer'],
];
export const DISABLED_OPTIMISERS = [...REWIRING, ...JOINING].join(';');

/** Constants that lie in files of a folder, as ONNX refers to external data. */
export interface StoredConstants {
  readonly folder: string;
  readonly tensors: readonly TensorProto[];
}

/** `extra` stands in place of what is set there otherwise. */
export interface Options extends Omit<ort.InferenceSession.SessionOptions, 'externalData'> {
  /** ONNX Runtime's settings `session.…`. */
  readonly config?: Readonly<Record<string, string>>;
  /** Constants of the graph that lie in files. */
  readonly stored?: StoredConstants;
  /** What a node may compute ahead of a run, in bytes an output; ONNX Runtime's own limit is 1 GiB. */
  readonly foldedBytes?: number;
}

/**
 * Makes a graph ready to run.
 * @param file names the model in errors
 * @throws unknownOperator, refusedNode, runtimeRefused, outOfMemory
 */
export async function createSession(graph: Graph, file: string, options: Options = {}): Promise<Session> {
  const { stored, ...others } = options;
  // A model refers either to files or to memory.
  const { bytes, externalData } = writeModel(inOlderNames(graph), stored && Infinity, stored?.tensors);
  const folder = stored && { model_external_initializers_file_folder_path: stored.folder };
  const settings = settingsOf({ ...others, config: { ...folder, ...others.config } });
  return wrapped(file, graph.nodes, () =>
    ort.InferenceSession.create(bytes, { ...settings, ...(stored === undefined && { externalData }) }),
  );
}

/**
 * Makes a graph ready to run that ONNX Runtime has optimised and written.
 * @param graph its file
 * @param file names the model in errors
 * @throws runtimeRefused, outOfMemory
 */
export function sessionOfFile(graph: string, file: string, options: Options): Promise<Session> {
  const settings = settingsOf({ ...options, graphOptimizationLevel: 'disabled' });
  return wrapped(file, [], () => ort.InferenceSession.create(graph, settings));
}

async function wrapped(
  file: string,
  nodes: readonly Node[],
  make: () => Promise<ort.InferenceSession>,
): Promise<Session> {
  const session = await guard(file, nodes, make);
  return {
    outputNames: session.outputNames,
    // Refers to nothing but the session, which outlives the graph and its weights.
    run: (feeds, fetches) => guard(file, [], () => session.run(feeds, fetches ?? session.outputNames)),
    dispose: () => session.release(),
  };
}

function settingsOf({
  config,
  foldedBytes,
  ...options
}: Omit<Options, 'stored'>): ort.InferenceSession.SessionOptions {
  return {
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads(),
    logSeverityLevel: LOG_SEVERITY_FATAL,
    // Planned after the first run, memory would be had from the system once more in the second, which takes longer than all it saves.
    enableMemPattern: false,
    extra: {
      // Weights outside the arena: it would round their sizes up and never give them back.
      session: { use_device_allocator_for_initializers: '1', ...config },
      optimization: {
        disable_specified_optimizers: DISABLED_OPTIMISERS,
        ...(foldedBytes !== undefined && {
          constant_folding_max_output_size_in_bytes: String(foldedBytes),
        }),
      },
    },
    ...options,
  };
}

async function guard<T>(file: string, nodes: readonly Node[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (/bad.?alloc|allocate memory|out of memory/i.test(message)) throw fail('outOfMemory', { file }, error);
    throw refusal(message, nodes, file, error);
  }
}
