import * as v from 'valibot';

const PATH = v.pipe(v.string(), v.nonEmpty());

/** How a model is chosen, as pages keep it: what `ModelChoice` is. */
export const MODEL_CHOICE = v.object({
  model: PATH,
  weights: v.exactOptional(
    v.object({
      file: PATH,
      reference: v.nullable(v.string()),
      candidates: v.exactOptional(v.pipe(v.array(v.string()), v.readonly())),
    }),
  ),
});
