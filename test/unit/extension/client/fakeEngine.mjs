// A background process that does what the request's model path says; see engineClient.test.ts.
import { closeSync, openSync } from 'node:fs';
import rpc from 'vscode-jsonrpc/node';

const connection = rpc.createMessageConnection(
  new rpc.IPCMessageReader(process),
  new rpc.IPCMessageWriter(process),
);
const progress = new rpc.ProgressType();

/** True the first time any process is asked with this file. */
function first(file) {
  try {
    closeSync(openSync(file, 'wx'));
    return true;
  } catch {
    return false;
  }
}

const behaviours = {
  answer: () => ({ path: process.argv[2], pid: process.pid, numbers: new Float32Array([1, 2.5, -3]) }),
  refuse: () =>
    new rpc.ResponseError(1, 'refused', { code: 'notOnnx', parameters: { file: 'x.onnx' }, detail: '' }),
  die: () => process.exit(7),
  dieOnce: (file) => (first(file) ? process.kill(process.pid, 'SIGKILL') : behaviours.answer()),
  recycleOnce: (file) => (first(file) ? process.exit(75) : behaviours.answer()),
  hang: () => new Promise(() => {}),
  block: () => {
    for (;;);
  },
  obey: (_file, cancel) =>
    new Promise((resolve) => {
      cancel.onCancellationRequested(() => {
        resolve(new rpc.ResponseError(1, 'cancelled', { code: 'cancelled', parameters: {}, detail: '' }));
      });
    }),
};

connection.onRequest(new rpc.RequestType2('open'), async ({ model }, token, cancel) => {
  const [behaviour, file] = model.split(':');
  await connection.sendProgress(progress, token, { kind: 'progress', stage: 'read', fraction: 0.5 });
  console.log(`doing ${behaviour}`);
  return behaviours[behaviour](file, cancel);
});
connection.listen();
process.on('disconnect', () => process.exit(0));
