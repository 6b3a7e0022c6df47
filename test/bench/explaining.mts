import * as ort from 'onnxruntime-node';

import type { PassMethodId } from '../../src/engine/methods/table.js';
import type { ExplainerRequest } from '../../src/engine/model/explainer.js';
import type { LayerNode } from '../../src/protocol/model.js';
import { anyInput, open, plainSession, UNWATCHED, type Row, type Subject } from './subject.mjs';
import { compared, time } from './timing.mjs';

const METHODS: readonly PassMethodId[] = ['relevance-cam', 'grad-cam', 'grad-cam++', 'cam', 'lrp', 'clrp'];
const CLASSES = [0, 1, 2, 3, 4];
const USUAL = { methods: ['relevance-cam'], layers: null } as const;

/** Explaining against a forward pass; several methods and several classes against one of each. */
export async function explaining(subject: Subject): Promise<readonly Row[]> {
  const session = await plainSession(subject);
  const model = await open(subject);
  const { input, layers, tree } = model.facts;
  const all = layers.filter(({ blockedBy }) => blockedBy === null).map(({ tensor }) => tensor);
  const blocks = blocksOf(tree);
  const several = await model.explainerOf({ methods: METHODS, layers: blocks }, UNWATCHED);
  const one = await model.explainerOf(USUAL, UNWATCHED);
  const pass = await model.explainerOf({ methods: ['clrp'], layers: blocks }, UNWATCHED);

  const values = anyInput(model);
  const feeds = { [input.name]: new ort.Tensor('float32', values, input.shape) };
  const channels = input.shape.includes(3) ? 3 : 1;
  const range = { low: new Float32Array(channels).fill(-1), high: new Float32Array(channels).fill(1) };
  const request: ExplainerRequest = {
    input: values,
    targets: [null],
    layers: all,
    top: 3,
    carried: false,
    range,
  };

  const times: Record<'forward' | 'all' | 'blocks' | 'pass' | 'methods', number>[] = [];
  for (let index = 0; index < subject.runs + 3; index++) {
    const taken = {
      forward: (await time(() => session.run(feeds))).ms,
      all: (await time(() => one.explain(request))).ms,
      blocks: (await time(() => one.explain({ ...request, layers: blocks }))).ms,
      pass: (await time(() => pass.explain({ ...request, layers: blocks }))).ms,
      methods: (await time(() => several.explain({ ...request, layers: blocks }))).ms,
    };
    if (index >= 3) times.push(taken);
  }
  // Of its own loop: a model keeps few explainers at a time.
  const loop = await model.explainerOf({ ...USUAL, severalClasses: true }, UNWATCHED);
  const ofClasses: { readonly all: number; readonly classes: number }[] = [];
  for (let index = 0; index < subject.runs + 3; index++) {
    const all = (await time(() => one.explain(request))).ms;
    const classes = (await time(() => loop.explain({ ...request, targets: CLASSES }))).ms;
    if (index >= 3) ofClasses.push({ all, classes });
  }
  await model.dispose();
  await session.release();

  const names = {
    forward: 'plain forward pass',
    all: `explain all ${all.length} layers`,
    blocks: `explain ${blocks.length} blocks`,
    pass: `explain ${blocks.length} blocks by CLRP alone`,
    methods: `explain ${blocks.length} blocks by ${METHODS.length} methods`,
  };
  type Key = keyof typeof names;
  const pair = (base: Key, other: Key): readonly Row[] =>
    compared(
      times.map((taken) => taken[base]),
      times.map((taken) => taken[other]),
      { base: names[base], other: names[other] },
    );
  return [
    ...pair('forward', 'all'),
    ...pair('forward', 'pass').slice(1),
    ...pair('blocks', 'methods'),
    ...compared(
      ofClasses.map(({ all }) => all),
      ofClasses.map(({ classes }) => classes),
      { base: names.all, other: `${names.all} for ${CLASSES.length} classes` },
    ).slice(1),
  ];
}

/** The last feature map of every block: of the modules inside the model's top-level ones, where there are such. */
function blocksOf(tree: readonly LayerNode[]): readonly string[] {
  const blocks = tree.flatMap(({ children }) => children.filter((node) => node.children.length > 0));
  const nodes = blocks.length > 0 ? blocks : tree;
  return [...new Set(nodes.map(({ tensor }) => tensor))];
}
