// A background process that does what the request's model path says, one after the other; see engineClient.test.ts.
import { closeSync, existsSync, openSync } from 'node:fs';
import rpc from 'vscode-jsonrpc/node';

const connection = rpc.createMessageConnection(
  new rpc.IPCMessageReader(process),
  new rpc.IPCMessageWriter(process),
);
const progress = new rpc.ProgressType();
let last = Promise.resolve();
let isFull = false;

/** True the first time any process is asked with this file. */
function first(file) {
  try {
    closeSync(openSync(file, 'wx'));
    return true;
  } catch {
    return false;
  }
}

const failure = (code) =>
  new rpc.ResponseError(1, code, { code, parameters: { file: 'x.onnx' }, detail: '' });
const untilCancelled = (cancel) =>
  new Promise((resolve) => {
    cancel.onCancellationRequested(() => resolve(failure('cancelled')));
  });

const behaviours = {
  answer: () => ({ path: process.argv[2], pid: process.pid, numbers: new Float32Array([1, 2.5, -3]) }),
  environment: () => ({ electron: process.env.ELECTRON_RUN_AS_NODE ?? null, program: process.execPath }),
  refuse: () => failure('notOnnx'),
  die: () => process.exit(7),
  dieInElectron: () => (process.env.ELECTRON_RUN_AS_NODE ? process.exit(7) : behaviours.answer()),
  dieOnce: (file) => (first(file) ? process.kill(process.pid, 'SIGKILL') : behaviours.answer()),
  full: () => {
    isFull = true;
    return failure('full');
  },
  fullOnce: (file) => (first(file) ? behaviours.full() : behaviours.answer()),
  hang: () => new Promise(() => {}),
  block: () => {
    for (;;);
  },
  // Has begun and makes way for what comes after it, until the file is there.
  aside: (file) =>
    new Promise((resolve) => {
      const timer = setInterval(() => {
        if (!existsSync(file)) return;
        clearInterval(timer);
        resolve(behaviours.answer());
      }, 5);
    }),
  obey: (_file, cancel) => untilCancelled(cancel),
};

connection.onRequest(new rpc.RequestType2('open'), async ({ model }, { token }, cancel) => {
  const [behaviour, file] = model.split(':');
  const tell = (told) => connection.sendProgress(progress, token, told);
  const work = async () => {
    if (isFull) return failure('full');
    await tell({ kind: 'turn' });
    await tell({ kind: 'progress', stage: 'read', fraction: 0.5 });
    console.log(`doing ${behaviour}`);
    return behaviours[behaviour](file, cancel);
  };
  if (behaviour === 'ping') return behaviours.answer();
  const answer = last.then(work);
  if (behaviour !== 'aside') last = answer.catch(() => undefined);
  return answer;
});
connection.listen();
process.on('disconnect', () => process.exit(0));
