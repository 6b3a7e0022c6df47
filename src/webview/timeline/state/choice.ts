import * as v from 'valibot';

/** What is chosen on the page alone. */
export const CHOICE = v.object({
  /** Where the slider stands; null follows the newest checkpoint seen. */
  step: v.nullable(v.number()),
  /** The step that others are compared with. */
  pinned: v.nullable(v.number()),
  against: v.picklist(['previous', 'pinned']),
  /** What the rows of the grid are. */
  rows: v.picklist(['layers', 'pictures']),
  /** Path in the layer tree; null for the deepest. */
  layer: v.nullable(v.string()),
  /** Path of the file; null for the first. */
  picture: v.nullable(v.string()),
});
export type Choice = v.InferOutput<typeof CHOICE>;

export const FIRST_CHOICE: Choice = {
  step: null,
  pinned: null,
  against: 'previous',
  rows: 'layers',
  layer: null,
  picture: null,
};
