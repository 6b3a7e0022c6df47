import type { TimelineLayer } from '../../../protocol/timeline.js';

type Top = TimelineLayer['top'];

export interface TopChange {
  /** Channels that weigh most now, heaviest first, and whether each is new among them. */
  readonly now: readonly { readonly channel: number; readonly weight: number; readonly entered: boolean }[];
  /** Channels that did before and no longer do. */
  readonly left: readonly number[];
}

/** @param before null where there is nothing to compare with: then none has entered or left */
export function topChange(now: Top, before: Top | null): TopChange {
  const had = new Set((before ?? now).map(({ channel }) => channel));
  const has = new Set(now.map(({ channel }) => channel));
  return {
    now: now.map(({ channel, weight }) => ({ channel, weight, entered: !had.has(channel) })),
    left: [...had].filter((channel) => !has.has(channel)),
  };
}
