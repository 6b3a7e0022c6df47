// Several classes in one request, which a loop explains, against each by itself, which goes without.
import path from 'node:path';

import { expect, test } from 'vitest';

import { call } from './calls.js';
import { engine, explain, expectNear } from './explaining.js';

const SAMPLE = path.resolve(import.meta.dirname, '../../../media/sample');
const MODEL = path.join(SAMPLE, 'sample.onnx');
const PICTURE = path.join(SAMPLE, 'pictures/boat-cat.png');
const CLASSES = [4, 1, 0] as const;

test.each(['relevance-cam', 'clrp', 'grad-cam'] as const)(
  '%s: several classes at once are what each is alone',
  async (method) => {
    const source = { kind: 'image', path: PICTURE } as const;
    const asked = { model: MODEL, settings: {}, source, layers: null, top: 3, carried: true };
    const together = await engine.compare({ ...asked, methods: [method], targets: CLASSES }, call());
    for (const [place, target] of CLASSES.entries()) {
      const alone = await explain(MODEL, PICTURE, { method, target });
      const ofClass = together[place];
      expect(ofClass?.target.index).toBe(target);
      expect(ofClass?.layers.map(({ tensor }) => tensor)).toEqual(alone.layers.map(({ tensor }) => tensor));
      alone.layers.forEach(({ map, weights }, index) => {
        const layer = ofClass?.layers[index];
        const largest = (values: Float32Array): number =>
          values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
        expectNear(layer?.map ?? [], map, 1e-5 * largest(map));
        if (weights !== null) expectNear(layer?.weights ?? [], weights, 1e-5 * largest(weights));
      });
    }
  },
);
