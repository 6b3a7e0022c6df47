import type { LayerExplanation } from '../../../protocol/explanation.js';
import { METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import type { Blocker } from '../../../protocol/model.js';
import type { Cell, CellResults } from './onDemand.js';

/** What there is to show of one method at one layer. `layer` is what is known so far, not final. */
export type CellState =
  | { readonly kind: 'known'; readonly layer: LayerExplanation }
  | { readonly kind: 'blocked'; readonly blocker: Blocker }
  /** Is being computed together with others. */
  | { readonly kind: 'loading' }
  /** Was to be computed and could not, or was cancelled. */
  | { readonly kind: 'missing' }
  /** Takes a forward pass per channel, so it is computed only when it is asked for. */
  | {
      readonly kind: 'offered';
      readonly layer: LayerExplanation | null;
      /** Which part of the passes is through, 0 … 1. */
      readonly through: number;
    }
  | { readonly kind: 'queued' }
  | {
      readonly kind: 'running';
      readonly layer: LayerExplanation | null;
      /** 0 … 1, or null before the first passes are through. */
      readonly fraction: number | null;
    };

export function cellState({ results, queue, pixels }: CellResults, cell: Cell, target: number): CellState {
  const { method, tensor } = cell;
  const blocker = results.blocked(method, tensor) ?? pixelBlocker(method, tensor, pixels);
  if (blocker) return { kind: 'blocked', blocker };
  const layer = results.layer(method, target, tensor);
  const through = results.partial(method, target, tensor);
  if (layer && through === null) return { kind: 'known', layer };
  const { status } = results;
  if (!METHOD_FACTS[method].perChannel) return { kind: status.kind === 'working' ? 'loading' : 'missing' };
  const place = queue.findIndex((other) => other.method === method && other.tensor === tensor);
  if (place < 0 || status.kind === 'cancelled' || status.kind === 'error')
    return { kind: 'offered', layer, through: through ?? 0 };
  if (place > 0) return { kind: 'queued' };
  const fraction = status.kind === 'working' && status.stage === 'score' ? status.fraction : null;
  return { kind: 'running', layer, fraction };
}

/** What takes a pass per channel is not asked just to hear that it explains no pixels. */
function pixelBlocker(method: MethodId, tensor: string, pixels: string): Blocker | null {
  const { perChannel, pixels: explainsPixels } = METHOD_FACTS[method];
  if (tensor !== pixels || !perChannel || explainsPixels) return null;
  return { op: '', node: tensor, reason: 'pixels' };
}
