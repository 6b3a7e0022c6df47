// The least that runs a model: a session, one run, and an answer to whoever started it. MODEL SHAPE THREADS
import * as ort from 'onnxruntime-node';

async function answer(model: string, shape: string, threads: string): Promise<void> {
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: Number(threads) });
  const dims = shape.split('x').map(Number);
  const values = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, index) =>
    Math.sin(index),
  );
  const [input = ''] = session.inputNames;
  await session.run({ [input]: new ort.Tensor('float32', values, dims) });
  process.send?.('answered');
}

const [model = '', shape = '', threads = ''] = process.argv.slice(2);
// Stays to be measured until it is told to leave.
process.on('message', () => {
  process.exit();
});
void answer(model, shape, threads);
