import type { BlockedLayer, Explanation } from '../protocol/explanation.js';
import { METHOD_FACTS } from '../protocol/methods.js';
import type { ModelInfo } from '../protocol/model.js';
import { methodsFor } from '../protocol/pixels.js';
import { blockerText } from './messages.js';

/** One sentence for each method and reason of what the methods cannot explain of the layers asked for. */
export function blockedSentences(info: ModelInfo, explanations: readonly Explanation[]): string[] {
  const paths = new Map(info.layers.map(({ tensor, path }) => [tensor, path]));
  const methods = new Set(explanations.map(({ method }) => method));
  return [...methods].flatMap((method) => {
    const { label, carries } = METHOD_FACTS[method];
    const blocked = explanations.flatMap((one) => (one.method === method ? one.blocked : []));
    // Few reasons have to do with the class.
    const perLayer = new Map(blocked.map((layer) => [layer.tensor, layer]));
    return groupsByReason([...perLayer.values()]).map(([first, ...others]) => {
      const layer = paths.get(first.tensor) ?? first.tensor;
      const why = blockerText(first.blockedBy, carries);
      return `${label} cannot explain ${layer}: ${why}${othersText(others.length)}.`;
    });
  });
}

function othersText(count: number): string {
  if (count === 0) return '';
  return count === 1 ? '; the same goes for one other layer' : `; the same goes for ${count} other layers`;
}

type Group = readonly [BlockedLayer, ...BlockedLayer[]];

function groupsByReason(blocked: readonly BlockedLayer[]): Group[] {
  const groups = new Map<string, [BlockedLayer, ...BlockedLayer[]]>();
  for (const layer of blocked) {
    const { reason, op } = layer.blockedBy;
    const key = reason === 'noRule' || reason === 'takesNothing' ? `${reason} ${op}` : reason;
    const group = groups.get(key);
    if (group) group.push(layer);
    else groups.set(key, [layer]);
  }
  return [...groups.values()];
}

/** What is said of a model without layers. */
export function noLayersSentence(info: ModelInfo): string {
  const methods = methodsFor(info).map((method) => METHOD_FACTS[method].label);
  return `${info.path} has no feature maps; its pixels can be explained by ${methods.join(' or ')}.`;
}
