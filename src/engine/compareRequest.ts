import type { CompareRequest } from '../protocol/engineApi.js';
import type { BlockedLayer } from '../protocol/explanation.js';
import { DEFAULT_METHOD, METHOD_FACTS, type MethodId } from '../protocol/methods.js';
import type { Blocker, ModelInfo } from '../protocol/model.js';
import { fail } from './failure.js';
import type { PassMethodId } from './methods/table.js';
import type { Purpose } from './model/explainer.js';

/** @throws unknownClass */
export function checkTargets(
  { targets, model }: Pick<CompareRequest, 'targets' | 'model'>,
  { labels }: ModelInfo,
): void {
  for (const target of targets)
    if (target !== null && !(target in labels))
      throw fail('unknownClass', { class: target, file: model, count: labels.length });
}

/**
 * What to compile for. A grid of methods and layers gets a graph of its own, which spares what is not shown; for a
 * single layer it would take longer than computing all of them, and the next one would need another. Score-CAM alone
 * takes from the usual method's run which class is predicted.
 */
export function purposeOf(
  methods: readonly PassMethodId[],
  { layers, targets }: Pick<CompareRequest, 'layers' | 'targets'>,
): Purpose {
  const severalClasses = targets.length > 1;
  if (methods.length === 0) return { methods: [DEFAULT_METHOD], layers: null, severalClasses };
  return { methods, layers: layers !== null && layers.length > 1 ? layers : null, severalClasses };
}

/**
 * The layers asked for: tensors, the input's name standing for its pixels.
 * @throws unknownLayer
 */
export function layersOf(
  { layers, model }: Pick<CompareRequest, 'layers' | 'model'>,
  info: ModelInfo,
): readonly string[] {
  const all = [info.input.name, ...info.layers.map(({ tensor }) => tensor)];
  const unknown = layers?.find((tensor) => !all.includes(tensor));
  if (unknown !== undefined) throw fail('unknownLayer', { layer: unknown, file: model });
  return layers ?? all;
}

/**
 * Which of the layers asked for a method cannot explain; nobody has asked for the pixels who asked for every layer, unless
 * the model has none.
 */
export function blockedLayers(
  { layers }: Pick<CompareRequest, 'layers'>,
  info: ModelInfo,
  method: MethodId,
  blocked: ReadonlyMap<string, Blocker>,
): readonly BlockedLayer[] {
  const every = info.layers.length > 0 ? info.layers.map(({ tensor }) => tensor) : [info.input.name];
  const asked = layers ?? every;
  const pixels: Blocker = { op: '', node: info.input.name, reason: 'pixels' };
  const offGrid = new Map(
    info.layers.flatMap(({ tensor, blockedBy }) =>
      blockedBy?.reason === 'offGrid' ? [[tensor, blockedBy] as const] : [],
    ),
  );
  const reasonOf = (tensor: string): Blocker | null =>
    tensor === info.input.name && !METHOD_FACTS[method].pixels
      ? pixels
      : (offGrid.get(tensor) ?? blocked.get(tensor) ?? null);
  return asked.flatMap((tensor) => {
    const blockedBy = reasonOf(tensor);
    return blockedBy === null ? [] : [{ tensor, blockedBy }];
  });
}

/** @throws blockedLayer, untouchedLayer, notBeforeClassifier, noPixels, severalLogits, offGrid, notFiniteMap for the first layer that cannot be explained */
export function refuseBlocked([first]: readonly BlockedLayer[], info: ModelInfo, method: MethodId): void {
  if (first === undefined) return;
  const { tensor, blockedBy } = first;
  const { op, node, reason } = blockedBy;
  const layer = info.layers.find((candidate) => candidate.tensor === tensor)?.path ?? tensor;
  switch (reason) {
    case 'noRule':
      throw fail('blockedLayer', { layer, op, node });
    case 'takesNothing':
      throw fail('untouchedLayer', { layer, op, node });
    case 'notBeforeClassifier':
      throw fail('notBeforeClassifier', { layer });
    case 'pixels':
      throw fail('noPixels', { method: METHOD_FACTS[method].label, layer });
    case 'severalLogits':
      throw fail('severalLogits', { file: info.path, layer, logits: node });
    case 'offGrid':
      throw fail('offGrid', { layer, op, node });
    case 'notFinite':
      throw fail('notFiniteMap', { method: METHOD_FACTS[method].label, layer });
  }
}
