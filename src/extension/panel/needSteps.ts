import type { CompareRequest } from '../../protocol/engineApi.js';
import { METHOD_FACTS } from '../../protocol/methods.js';
import type { ModelInfo } from '../../protocol/model.js';
import type { NeedPart } from '../../protocol/panel.js';

/** One call of the engine. */
export interface NeedStep {
  readonly request: Pick<CompareRequest, 'methods' | 'targets' | 'layers' | 'top' | 'carried'>;
  /** Forward passes of a method that takes one a channel, else 0. */
  readonly passes: number;
}

/** The calls that answer the parts, in their order; of a part, what comes in one run comes first. */
export function needSteps(parts: readonly NeedPart[], { layers }: ModelInfo): readonly NeedStep[] {
  const channelsOf = (tensor: string): number =>
    layers.find((layer) => layer.tensor === tensor)?.channels ?? 0;
  return parts.flatMap((part) => {
    const together = part.methods.filter((method) => !METHOD_FACTS[method].perChannel);
    const alone = part.methods.filter((method) => METHOD_FACTS[method].perChannel);
    return [
      ...(together.length > 0 ? [{ request: { ...part, methods: together }, passes: 0 }] : []),
      ...alone.flatMap((method) =>
        part.layers.map((tensor) => ({
          request: { ...part, methods: [method], layers: [tensor] },
          passes: channelsOf(tensor),
        })),
      ),
    ];
  });
}
