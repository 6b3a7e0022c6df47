import type { DeviceChoice } from '../protocol/device.js';
import type { CardUse } from './model/cardExplainer.js';
import { type Card, cardFor } from './runtime/card.js';
import { Verdicts } from './runtime/verdicts.js';

export interface EngineOptions {
  /** Where temporary files may be written; made where it is missing. */
  readonly cacheFolder: string;
  readonly log: (line: string) => void;
  /** Whether compiled graphs are kept in that folder for engines to come. */
  readonly keepsGraphs?: boolean;
  /** Pictures of more are refused. */
  readonly maxMegapixels?: number;
  /** Whether it may refuse a model that it has no memory for, and all that follows, with `full`; else it grows. */
  readonly canBeReplaced?: boolean;
  /** Where it explains; on the processor where nothing is said. */
  readonly device?: DeviceChoice;
  /** The graphics card; the system's where nothing is said. */
  readonly card?: Card | null;
  /** How long it waits for another request before it tries a graphics card, in ms. */
  readonly leisureMs?: number;
}

/** What explainers are told of a graphics card; null where the processor does everything, without a word. */
export function cardUseOf({
  cacheFolder,
  log,
  device = 'cpu',
  card = cardFor(device),
}: EngineOptions): CardUse | null {
  const isForced = device === 'gpu';
  return card || isForced ? { card, isForced, verdicts: new Verdicts(cacheFolder), log } : null;
}
