/** Stands in for the extension host of the timeline: answers the page with what timelineData.mts computed. */
import type {
  Checkpoint,
  CheckpointResult,
  CheckpointState,
  ProbePicture,
  Run,
  TimelineHostMessage,
  TimelineMessage,
  TimelineNeed,
  TimelineSnapshot,
} from '../../src/protocol/timeline.js';
import type { TimelineSample } from './timelineSample.js';

declare global {
  interface Window {
    readonly timelineSample: TimelineSample;
  }
}

const parameters = new URLSearchParams(location.search);
const scenario = parameters.get('scenario') ?? 'ready';
const { files, model, pictures, results } = window.timelineSample;

/** What a checkpoint is computed from: its number says the run and the file. */
const PER_RUN = 1000;

function runOf(index: number, name: string, epochs: readonly number[], states: StatesBy = {}): Run {
  const checkpoints = epochs.map((step, at): Checkpoint => {
    const file = files[Math.min(at, files.length - 1)] ?? '';
    const id = index * PER_RUN + at * 10 + files.indexOf(file);
    return { id, name: `epoch-${step}.onnx`, step, state: states[step] ?? { kind: 'done' } };
  });
  return {
    id: `/runs/${name}`,
    name,
    model: 1,
    kind: 'graph',
    unit: 'epoch',
    checkpoints,
    live: scenario !== 'stopped',
    problem: null,
  };
}

type StatesBy = Readonly<Record<number, CheckpointState>>;

const EPOCHS = [0, 1, 2, 3, 5];
const FAILED =
  'epoch-9.onnx ends early: 671,786 bytes were expected, 120,000 are there. Wait for it, or save it again.';
const BUSY: StatesBy = {
  1: { kind: 'deleted' },
  6: { kind: 'skipped' },
  9: { kind: 'failed', text: FAILED, remedy: null },
  10: { kind: 'working' },
  11: { kind: 'queued' },
  12: { kind: 'writing' },
};
const MANY = Array.from({ length: 120 }, (_, epoch) => epoch);
const RUNS: Readonly<Record<string, readonly Run[]>> = {
  none: [],
  waiting: [runOf(0, 'baseline', [])],
  busy: [runOf(0, 'baseline', [...EPOCHS, 6, 9, 10, 11, 12], BUSY)],
  two: [runOf(0, 'baseline', EPOCHS), runOf(1, 'augmented', [0, 2, 4])],
  many: [runOf(0, 'baseline', MANY)],
};
const PROBES = pictures.map(({ name, regions, target }, index): ProbePicture => ({
  id: index,
  path: `/pictures/${name}`,
  name,
  picture: 100 + index,
  annotations: { regions, problems: [] },
  target: { index: target, label: model.labels[target] ?? '', by: 'last' },
  problem: null,
}));

let snapshot: TimelineSnapshot = {
  runs: RUNS[scenario] ?? [runOf(0, 'baseline', EPOCHS)],
  pictures: scenario === 'noPicture' ? [] : scenario === 'one' ? PROBES.slice(0, 1) : PROBES,
  method: 'relevance-cam',
  restarted: scenario === 'restarted',
};

function send(message: TimelineHostMessage): void {
  window.postMessage(message);
}

function answer(message: TimelineMessage): void {
  console.log(message);
  if (message.type === 'ready') greet();
  if (message.type === 'need' && message.need && scenario !== 'loading') answerNeed(message.need);
  if (message.type === 'selectClass' && message.index !== null) select(message.picture, message.index);
}

function select(picture: number, index: number): void {
  const target = { index, label: model.labels[index] ?? '', by: 'user' } as const;
  snapshot = {
    ...snapshot,
    pictures: snapshot.pictures.map((one) => (one.id === picture ? { ...one, target } : one)),
  };
  send({ type: 'snapshot', timeline: snapshot });
}

function greet(): void {
  send({ type: 'model', id: 1, model });
  pictures.forEach(({ picture }, index) => {
    const rgba = Uint8ClampedArray.from(picture.rgba);
    send({ type: 'picture', id: 100 + index, picture: { ...picture, rgba } });
  });
  send({ type: 'snapshot', timeline: snapshot });
}

function answerNeed({ id, parts }: TimelineNeed): void {
  const states = new Map(
    snapshot.runs.flatMap((run) => run.checkpoints.map((one) => [one.id, one.state.kind] as const)),
  );
  for (const { checkpoints, pictures: probes, layers } of parts) {
    const answers = checkpoints.flatMap((checkpoint) =>
      states.get(checkpoint) === 'working' || states.get(checkpoint) === 'queued'
        ? []
        : probes.flatMap((picture) => resultFor(checkpoint, picture, layers)),
    );
    send({ type: 'results', results: answers });
  }
  const status =
    scenario === 'busy'
      ? ({ kind: 'working', stage: 'run', fraction: 0.7 } as const)
      : ({ kind: 'done' } as const);
  send({ type: 'needStatus', id, status });
}

function resultFor(
  checkpoint: number,
  picture: number,
  layers: readonly string[],
): readonly CheckpointResult[] {
  const found = results.find((one) => files.indexOf(one.file) === checkpoint % 10 && one.picture === picture);
  if (!found) return [];
  const { target, predicted, blocked } = found;
  return [
    {
      checkpoint,
      picture,
      method: snapshot.method,
      target,
      predicted,
      blocked,
      layers: found.layers
        .filter(({ tensor }) => layers.includes(tensor))
        .map(({ map, weights, ...layer }) => ({
          ...layer,
          map: Float32Array.from(map),
          weights: weights && Float32Array.from(weights),
        })),
    },
  ];
}

let kept: unknown;
Object.assign(window, {
  acquireVsCodeApi: () => ({
    postMessage: answer,
    getState: () => kept,
    setState: (state: unknown) => {
      kept = state;
    },
  }),
});
