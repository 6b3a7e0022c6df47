import * as v from 'valibot';
import { EXCITEMENTS } from '../../../evaluation/channels/excited.js';
import { METHODS } from '../../../protocol/methods.js';
import { METRICS } from '../../../protocol/metrics.js';

const SORT = v.object({
  /** null: by depth. */
  method: v.nullable(v.picklist(METHODS)),
  descending: v.boolean(),
});

const CHANNELS_CHOICE = v.object({
  /** null for the deepest layer. */
  tensor: v.nullable(v.string()),
  excitement: v.picklist(EXCITEMENTS),
  /** The one that is looked for; null for all, from so many on. */
  channel: v.nullable(v.number()),
  before: v.number(),
});

/** Of which channels the pictures are shown that excite them. */
export type ChannelsChoice = v.InferOutput<typeof CHANNELS_CHOICE>;

/** How the rows of a table are sorted. */
export type Sort = v.InferOutput<typeof SORT>;

export const BY_DEPTH: Sort = { method: null, descending: false };

export const CHOICE = v.object({
  /** By metric; by depth where it is absent. */
  sorts: v.record(v.picklist(METRICS), SORT),
  /** Whose best and worst pictures are shown; null for the first metric and method, and the deepest layer. */
  metric: v.nullable(v.picklist(METRICS)),
  method: v.nullable(v.picklist(METHODS)),
  tensor: v.nullable(v.string()),
  channels: CHANNELS_CHOICE,
});

/** What the user chose on the page. */
export type Choice = v.InferOutput<typeof CHOICE>;

export const FIRST_CHOICE: Choice = {
  ...{ sorts: {}, metric: null, method: null, tensor: null },
  channels: { tensor: null, excitement: 'relevance', channel: null, before: 0 },
};
