import type { BlockedLayer, Explanation } from '../protocol/explanation.js';
import { METHOD_FACTS } from '../protocol/methods.js';
import type { ModelInfo } from '../protocol/model.js';
import { blockerText } from './messages.js';

/** One sentence for each method and reason of what the methods cannot explain of the layers asked for. */
export function blockedSentences(info: ModelInfo, explanations: readonly Explanation[]): string[] {
  // The class changes nothing in what can be explained.
  const perMethod = new Map(explanations.map((explanation) => [explanation.method, explanation]));
  const paths = new Map(info.layers.map(({ tensor, path }) => [tensor, path]));
  return [...perMethod.values()].flatMap(({ method, blocked }) => {
    const { label, carries } = METHOD_FACTS[method];
    return groupsByReason(blocked).map(([first, ...others]) => {
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
