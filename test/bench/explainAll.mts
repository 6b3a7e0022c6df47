import { CheckpointExplainer } from '../../src/checkpoints/explaining.js';
import type { EngineApi, OpenRequest } from '../../src/protocol/engineApi.js';
import type { ModelInfo } from '../../src/protocol/model.js';
import { PICTURE, UNWATCHED } from './subject.mjs';

/** Each result is computed anew. */
const NOTHING_KEPT = { get: () => Promise.resolve(null), put: () => Promise.resolve() };

/** Explains every layer of a checkpoint as a timeline asks for it. */
export async function explainAll(
  engine: Pick<EngineApi, 'compare'>,
  opening: OpenRequest,
  { layers }: Pick<ModelInfo, 'layers'>,
): Promise<void> {
  const explainer = new CheckpointExplainer({ engine, store: NOTHING_KEPT, version: '' });
  const wanted = {
    checkpoint: { opening, identity: '' },
    picture: PICTURE,
    method: 'relevance-cam',
    target: null,
    layers: layers.flatMap(({ tensor, blockedBy }) => (blockedBy === null ? [tensor] : [])),
  } as const;
  await explainer.explain(wanted, UNWATCHED);
}
