import { useState } from 'preact/hooks';
import { METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import type { LayerInfo } from '../../../protocol/model.js';
import type { NeedPart } from '../../../protocol/panel.js';
import { isKnownOfSome, knownBlocker, NOTHING_KNOWN, type Known } from '../../state/known.js';
import { usePage } from '../../state/page.js';
import { refOf, subjectOf, type KnownSubject } from '../../state/pageState.js';
import { useResults, type Results } from '../../state/useResults.js';
import type { Cell } from './onDemand.js';

/** A map that takes a forward pass per channel, and is computed only when it is asked for. */
export interface Offer {
  readonly method: MethodId;
  /** Forward passes in all. */
  readonly passes: number;
  /** Which part of them is through, 0 … 1. */
  readonly through: number;
  readonly run: () => void;
}

/** What a view of one layer shows; what is offered is no part of it before it is asked for. */
export function useOffered(wanted: readonly NeedPart[]): {
  readonly results: Results;
  readonly offer: Offer | null;
} {
  const subject = subjectOf(usePage().state);
  const { known, layers } = knownOf(subject);
  const costly = costlyCell(known, wanted, layers);
  const about = JSON.stringify([subject && refOf(subject), costly]);
  const [asked, setAsked] = useState('');
  const isOffered = costly !== null && asked !== about;
  const results = useResults(isOffered ? withoutCostly(wanted) : wanted);
  if (!costly) return { results, offer: null };
  const ask = (key: string) => (): void => {
    setAsked(key);
  };
  if (!isOffered) return { results: { ...results, cancel: ask('') }, offer: null };
  const { method, tensor } = costly;
  const [target = 0] = wanted.flatMap(({ targets }) => targets);
  const passes = layers.find((layer) => layer.tensor === tensor)?.channels ?? 0;
  const through = results.partial(method, target, tensor) ?? 0;
  return { results, offer: { method, passes, through, run: ask(about) } };
}

function knownOf(subject: KnownSubject | null): {
  readonly known: Known;
  readonly layers: readonly LayerInfo[];
} {
  return { known: subject?.known ?? NOTHING_KNOWN, layers: subject?.model?.layers ?? [] };
}

/** What of it takes a forward pass per channel that has not been taken for any class: those of one are those of all. */
export function costlyCell(
  known: Known,
  wanted: readonly NeedPart[],
  layers: readonly Pick<LayerInfo, 'tensor'>[],
): Cell | null {
  const cells = wanted.flatMap((part) =>
    part.methods
      .filter((method) => METHOD_FACTS[method].perChannel)
      .flatMap((method) => part.layers.map((tensor) => ({ method, tensor }))),
  );
  const open = cells.find(
    ({ method, tensor }) =>
      layers.some((layer) => layer.tensor === tensor) &&
      !isKnownOfSome(known, method, tensor) &&
      knownBlocker(known, method, tensor) === null,
  );
  return open ?? null;
}

export function withoutCostly(wanted: readonly NeedPart[]): readonly NeedPart[] {
  return wanted.flatMap((part) => {
    const methods = part.methods.filter((method) => !METHOD_FACTS[method].perChannel);
    return methods.length > 0 ? [{ ...part, methods }] : [];
  });
}
