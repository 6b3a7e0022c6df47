/** Stands in for the extension host: answers the page's messages with made-up subjects. */
import type { SanityPart, SanityStep } from '../../src/protocol/sanity.js';
import { classValueOf } from '../../src/protocol/classValue.js';
import { METHOD_FACTS, METHODS } from '../../src/protocol/methods.js';
import type { ModelInfo } from '../../src/protocol/model.js';
import type { HostMessage, Need, PanelMessage, Subject } from '../../src/protocol/panel.js';
import { SubjectSender } from '../../src/extension/panel/subjectSender.js';
import { makeAnnotations } from './annotations.js';
import { makeExplanation, makePicture } from './explanation.js';
import { FILMS, makeJudgements, makeThumbnail } from './films.js';
import { makeModel } from './model.js';

const parameters = new URLSearchParams(location.search);
const scenario = parameters.get('scenario') ?? 'ready';
const form = parameters.get('form');
const method = METHODS.find((known) => known === parameters.get('method'));
const made = makeModel(scenario !== 'working', parameters.get('labels') === 'long');
const model: ModelInfo =
  parameters.get('layers') === 'long'
    ? {
        ...made,
        tree: renamed(made.tree, (path) => `backbone/features/${path.replace('layer', 'denseblock')}`),
      }
    : made;
const usual = makeExplanation(model, 0);

const full: Subject = {
  revision: 1,
  image: { path: '/pictures/zebra/zebra_elephant.png', name: FILMS[1] ?? '' },
  place: { place: 2, count: FILMS.length },
  model,
  own: null,
  picture: makePicture(form === 'portrait' || form === 'panorama' ? form : 'standard'),
  annotations: makeAnnotations(),
  explanation: makeExplanation(model, 0, method),
  expected: { index: 3, label: 'zebra', rank: 4, ...classValueOf(usual, 3) },
  preprocessing: { value: model.preprocessing, source: model.preprocessingSource },
  status: { kind: 'ready' },
};
const error = {
  kind: 'error',
  text: 'resnet50.onnx keeps its weights in resnet50.onnx.data, which is not beside it. Put that file into the same folder.',
} as const;

const SCENARIOS: Record<string, Subject> = {
  ready: full,
  two: full,
  twoFailed: full,
  twoOpening: full,
  half: full,
  unexpected: { ...full, expected: null },
  working: { ...full, status: { kind: 'working' } },
  restarted: { ...full, status: { kind: 'restarted' } },
  error: { ...full, status: error },
  loading: {
    ...full,
    model: null,
    explanation: null,
    expected: null,
    preprocessing: null,
    status: { kind: 'working' },
  },
  failed: { ...full, explanation: null, expected: null, status: error },
  unopened: { ...full, model: null, explanation: null, expected: null, preprocessing: null, status: error },
  noModel: {
    ...full,
    model: null,
    explanation: null,
    expected: null,
    preprocessing: null,
    status: { kind: 'noModel' },
  },
};

/** Another model of the same picture, whose layers have other names. */
const second: Subject = {
  ...full,
  model: {
    ...model,
    path: '/models/other.onnx',
    tree: renamed(model.tree, (path) => path.replace('layer', 'stages/').replace(/^conv1/, 'stem')),
    labels: model.labels.map((label) => label.toUpperCase()),
  },
  own: { model: '/models/other.onnx' },
  explanation: makeExplanation({ ...model, path: '/models/other.onnx' }, 1),
};

/** As the second model stands in a scenario with two. */
const SECONDS: Record<string, Subject> = {
  two: second,
  twoFailed: { ...second, explanation: null, model: null, status: error },
  twoOpening: { ...second, explanation: null, status: { kind: 'working' } },
};

function renamed(tree: ModelInfo['tree'], rename: (path: string) => string): ModelInfo['tree'] {
  return tree.map((node) => ({
    ...node,
    path: rename(node.path),
    children: renamed(node.children, rename),
  }));
}

let subject = SCENARIOS[scenario] ?? full;

function send(message: HostMessage): void {
  window.postMessage(message);
}

const sender = new SubjectSender(send);

function shown(): readonly Subject[] {
  const other = SECONDS[scenario];
  return other ? [subject, other] : [subject];
}

function answer(message: PanelMessage): void {
  console.log(message);
  if (message.type === 'ready') {
    sender.greet(shown());
    send({ type: 'folder', pictures: FILMS, isShown: true });
    send({ type: 'judgements', judgements: makeJudgements() });
    shown().forEach(({ status }, of) => {
      if (status.kind === 'working') send({ type: 'progress', of, stage: 'run', fraction: 0.4 });
    });
  }
  if (message.type === 'selectClass') {
    const explanation = makeExplanation(model, message.index ?? 0, subject.explanation?.method);
    subject = { ...subject, explanation };
    sender.send(shown());
  }
  if (message.type === 'selectMethod') {
    const target = subject.explanation?.target.index ?? 0;
    subject = { ...subject, explanation: makeExplanation(model, target, message.method) };
    sender.send(shown());
  }
  if (message.type === 'thumbnails')
    for (const name of message.names) send({ type: 'thumbnail', name, thumbnail: makeThumbnail(name) });
  if (message.type === 'showFilmstrip') send({ type: 'folder', pictures: FILMS, isShown: message.isShown });
  if (message.type === 'need') answerNeed(message.need);
  if (message.type === 'setExpected') expect(message.index);
}

function expect(chosen: number | null): void {
  const index = chosen ?? -1;
  const entry = {
    index,
    label: model.labels[index] ?? '',
    rank: 1 + index,
    ...classValueOf(usual, index),
  };
  subject = { ...subject, expected: chosen === null ? null : entry };
  sender.send(shown());
}

function answerNeed(need: Need | null): void {
  if (need?.kind === 'maps') answerMaps(need);
  else if (need) answerChecks(need);
}

/** Everything at once, but of a method that takes a pass a channel only what is there half-way. */
function answerMaps({ id, subject: of, parts }: Extract<Need, { kind: 'maps' }>): void {
  let scoring = false;
  for (const { methods, targets, layers, top } of parts) {
    for (const one of methods) {
      const partial = METHOD_FACTS[one].perChannel && scenario !== 'scored' ? 0.4 : null;
      const explanations = targets.map((target) => makeExplanation(model, target, one, layers, top));
      send({ type: 'results', subject: of, explanations, partial });
      scoring ||= partial !== null;
    }
  }
  const status = scoring
    ? ({ kind: 'working', stage: 'score', fraction: 0.4 } as const)
    : { kind: 'done' as const };
  send({ type: 'needStatus', id, status });
}

/** The first half of the modules where the scenario is half-way, else all of them. */
function answerChecks({ id, subject: of, parts }: Extract<Need, { kind: 'sanity' }>): void {
  const modules = ['fc', ...model.tree.map(({ path }) => path).toReversed()];
  const isHalf = scenario === 'half';
  for (const part of parts) {
    const steps = stepsOf(part, isHalf ? modules.length >> 1 : modules.length);
    if (steps) send({ type: 'sanity', subject: of, check: { ...part, ...steps, modules } });
  }
  const half = { kind: 'working', stage: 'run', fraction: 0.5 } as const;
  send({ type: 'needStatus', id, status: isHalf ? half : { kind: 'done' } });
}

/** Maps of other classes stand in for those of a model that forgets. */
function stepsOf(
  { method, target, tensor }: SanityPart,
  drawn: number,
): { readonly height: number; readonly width: number; readonly steps: readonly SanityStep[] } | null {
  const layers = Array.from({ length: drawn + 1 }, (_, step) => {
    const [layer] = makeExplanation(model, step === 0 ? target : step % 5, method, [tensor]).layers;
    return layer ?? null;
  });
  const [first] = layers;
  if (!first) return null;
  const steps = layers.map((layer, step) => ({
    map: layer?.map ?? null,
    spearman: 0.93 ** (step * step) - 0.02 * step,
    ssim: 0.7 ** step,
  }));
  return { height: first.height, width: first.width, steps };
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
