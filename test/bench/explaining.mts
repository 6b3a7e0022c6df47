import * as ort from 'onnxruntime-node';

import type { PassMethodId } from '../../src/engine/methods/table.js';
import { type ExplainerRequest, type Purpose, USUAL } from '../../src/engine/model/explainer.js';
import type { LayerNode } from '../../src/protocol/model.js';
import { anyInput, anyRange, open, plainSession, UNWATCHED, type Row, type Subject } from './subject.mjs';
import { hot, type Work } from './timing.mjs';

const METHODS: readonly PassMethodId[] = ['relevance-cam', 'grad-cam', 'grad-cam++', 'cam', 'lrp', 'clrp'];
const CLASSES = [0, 1, 2, 3, 4];
const FORWARD = 'plain forward pass';

/** Explaining against a forward pass; several methods and several classes against one of each. */
export async function explaining(subject: Subject): Promise<readonly Row[]> {
  const session = await plainSession(subject);
  const model = await open(subject);
  const { input, layers, tree } = model.facts;
  const all = layers.filter(({ blockedBy }) => blockedBy === null).map(({ tensor }) => tensor);
  const blocks = blocksOf(tree);
  const last = [blocks.at(-1) ?? ''];

  const values = anyInput(model);
  const feeds = { [input.name]: new ort.Tensor('float32', values, input.shape) };
  const forward: Work = { name: FORWARD, of: null, run: () => session.run(feeds) };
  const usual = { input: values, targets: [null], top: 3, carried: false, range: anyRange(model) };
  const explained = async (
    name: string,
    of: string,
    purpose: Purpose,
    request: Pick<ExplainerRequest, 'layers'> & Partial<ExplainerRequest>,
  ): Promise<Work> => {
    const explainer = await model.explainerOf(purpose, UNWATCHED);
    return { name, of, run: () => explainer.explain({ ...usual, ...request }) };
  };

  const allLayers = `explain all ${all.length} layers`;
  const someLayers = `explain ${blocks.length} blocks`;
  const everything = await explained(allLayers, FORWARD, USUAL, { layers: all });
  const oneBlock = await explained(
    'explain the last block alone',
    FORWARD,
    { ...USUAL, layers: last, exactly: true },
    { layers: last },
  );
  const severalClasses = await explained(
    `${allLayers} for ${CLASSES.length} classes`,
    allLayers,
    { ...USUAL, severalClasses: true },
    { layers: all, targets: CLASSES },
  );
  const rows = [...(await hot([forward, everything, oneBlock, severalClasses], subject.runs))];
  // A model keeps few explainers at a time: these take the place of the former.
  const someBlocks = await explained(someLayers, FORWARD, USUAL, { layers: blocks });
  const byClrp = await explained(
    `${someLayers} by CLRP alone`,
    FORWARD,
    { methods: ['clrp'], layers: blocks },
    { layers: blocks },
  );
  const severalMethods = await explained(
    `${someLayers} by ${METHODS.length} methods`,
    someLayers,
    { methods: METHODS, layers: blocks },
    { layers: blocks },
  );
  rows.push(...(await hot([forward, someBlocks, byClrp, severalMethods], subject.runs)).slice(1));
  await model.dispose();
  await session.release();
  return rows;
}

/** The last feature map of every block: of the modules inside the model's top-level ones, where there are such. */
export function blocksOf(tree: readonly LayerNode[]): readonly string[] {
  const blocks = tree.flatMap(({ children }) => children.filter((node) => node.children.length > 0));
  const nodes = blocks.length > 0 ? blocks : tree;
  return [...new Set(nodes.map(({ tensor }) => tensor))];
}
