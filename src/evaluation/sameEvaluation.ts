import type { EvaluationHead } from './report.js';

/**
 * In what two evaluations differ, as the user calls it; null where they are one.
 * @param ignored parts of the plan that do not count
 */
export function differingPart(
  one: EvaluationHead,
  other: EvaluationHead,
  ignored: readonly string[] = [],
): string | null {
  const [ours, theirs] = [partsOf(one), partsOf(other)];
  const part = Object.keys(ours).find(
    (name) => !ignored.includes(name) && JSON.stringify(ours[name]) !== JSON.stringify(theirs[name]),
  );
  return part ?? null;
}

function partsOf({ program, model, plan }: EvaluationHead): Readonly<Record<string, unknown>> {
  const { sha256, labels, preprocessing, file } = model;
  const { root, found, drawn, ...asked } = plan;
  return {
    'version of Relevance-CAM': program,
    model: sha256,
    labels,
    preprocessing,
    ...asked,
    pictures: [found, drawn],
    'folder of the model': file,
    'folder of the pictures': root,
  };
}
