import { EngineError } from '../failure.js';
import type { Graph, Node } from '../onnx/graph.js';
import { DataType, elementCount } from '../onnx/tensor.js';
import { fixInput } from '../prepare/fixInput.js';
import { type ImageInput, inputShape } from '../prepare/imageInput.js';
import { imageTensor } from '../prepare/imageTensor.js';
import { floats } from '../runtime/fetched.js';
import { createSession, type Feeds, type Session } from '../runtime/session.js';

/** The unmodified file, for what it says itself where something else is explained. */
export interface FileAnswer {
  /** Values of its output. */
  answer(input: Float32Array): Promise<Float32Array>;
  dispose(): Promise<void>;
}

export interface AskedFile {
  readonly file: string;
  readonly image: ImageInput;
  readonly size: { readonly height: number; readonly width: number };
  /** Its output of so many values, one per class. */
  readonly output: string;
  readonly count: number;
}

/** The answer as floats, whatever the file computes in. */
const ANSWER = 'relevance-cam/answer';

/**
 * @param graph the file's
 * @returns null where the runtime cannot run the file as it is
 * @throws outOfMemory
 */
export async function openFileAnswer(
  graph: Graph,
  { file, image, size, output, count }: AskedFile,
): Promise<FileAnswer | null> {
  const fixed = fixInput(graph, image, size.height, size.width);
  const asFloats: Node = {
    ...{ name: ANSWER, op: 'Cast', domain: '', inputs: [output], outputs: [ANSWER], modulePath: [] },
    attributes: new Map([['to', { type: 'int', value: DataType.FLOAT }]]),
  };
  const asked: Graph = {
    ...fixed,
    nodes: [...fixed.nodes, asFloats],
    outputs: [{ name: ANSWER, dataType: DataType.FLOAT, shape: null }],
  };
  const shape = inputShape(image, size.height, size.width);
  const feed = (input: Float32Array): Feeds => ({ [image.name]: imageTensor(image, shape, input) });
  const session = await runnable(asked, file, feed(new Float32Array(elementCount(shape))));
  if (session === null) return null;
  return {
    async answer(input) {
      // A file for several pictures at a time was run with this one alone.
      return floats(await session.run(feed(input)), ANSWER).slice(0, count);
    },
    dispose: () => session.dispose(),
  };
}

/** With everything that ONNX Runtime does to a file by itself: how it rounds depends on that. */
async function runnable(graph: Graph, file: string, anything: Feeds): Promise<Session | null> {
  let session: Session | null = null;
  try {
    session = await createSession(graph, file, { extra: {} });
    // Some operators are refused only as they run: ConvInteger with a zero point for each channel.
    await session.run(anything);
    return session;
  } catch (error) {
    await session?.dispose();
    if (error instanceof EngineError && error.failure.code !== 'outOfMemory') return null;
    throw error;
  }
}
