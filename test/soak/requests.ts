import path from 'node:path';

import type { Call, CompareRequest, EngineApi, ExportRequest } from '../../src/protocol/engineApi.js';
import { DISPLAY } from '../display.js';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PICTURES = ['bird-cat-cup.png', 'bird-umbrella.png'];
const MODELS = ['media/sample/sample.onnx', 'test/fixtures/conformance/alexnet.torchscript.onnx'];

/** Layers that Score-CAM explains, from the deepest on: some hundred forward passes. */
const SCORED = 2;

export interface SoakRequest {
  readonly name: string;
  readonly ask: (engine: EngineApi, call: Call) => Promise<unknown>;
}

/** Of every kind, of small models. */
export const REQUESTS: readonly SoakRequest[] = MODELS.flatMap((file) =>
  PICTURES.flatMap((picture) => requestsOf(path.join(ROOT, file), picture)),
);

function requestsOf(model: string, picture: string): readonly SoakRequest[] {
  const opening = { model, settings: {} };
  const image = path.join(ROOT, 'media/sample/pictures', picture);
  const source = { kind: 'image', path: image } as const;
  const explaining = {
    ...opening,
    source,
    method: 'relevance-cam',
    target: null,
    layers: null,
    top: 3,
  } as const;
  const comparing: CompareRequest = {
    ...opening,
    source,
    methods: ['grad-cam', 'lrp'],
    targets: [null, 1],
    layers: null,
    top: 3,
    carried: false,
  };
  const deepest = async (engine: EngineApi, call: Call): Promise<readonly string[]> =>
    (await engine.open(opening, call)).layers.slice(-SCORED).map(({ tensor }) => tensor);
  const named = (what: string, ask: SoakRequest['ask']): SoakRequest => ({
    name: `${what} ${path.basename(model)} ${picture}`,
    ask,
  });
  return [
    named('open', (engine, call) => engine.open(opening, call)),
    named('explain', (engine, call) => engine.explain(explaining, call)),
    named('compare', (engine, call) => engine.compare(comparing, call)),
    named('Score-CAM', async (engine, call) => {
      const layers = await deepest(engine, call);
      const request: CompareRequest = { ...comparing, methods: ['score-cam'], layers };
      return engine.compare(request, { ...call, lane: 'job' });
    }),
    named('export', async (engine, call) => {
      const [tensor = ''] = await deepest(engine, call);
      const kinds = ['overlay', 'raw', 'weights'] as const;
      const request: ExportRequest = {
        ...explaining,
        tensor,
        kinds,
        display: DISPLAY,
        cropOnly: false,
        marks: null,
        folder: '/',
        partial: null,
      };
      return engine.exportLayer(request, call);
    }),
  ];
}
