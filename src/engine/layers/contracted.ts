import { int, text } from '../onnx/graph.js';
import { arranged, merged } from './places.js';
import { count, type Rule } from './standing.js';

/** A contraction whose operands and result are written with a letter for each axis, as Einsum has them. */
function contracted(terms: readonly (readonly string[])[], result: readonly string[]): Rule {
  return ({ operands }) => {
    const found = operands.flatMap(({ standing }, index) => {
      const letters = terms[index] ?? [];
      const others = terms.filter((_, other) => other !== index).flat();
      const summed = [...letters.keys()].filter((axis) => !result.includes(letters[axis] ?? ''));
      return standing.map((places) => {
        const axes = result.map((letter) => letters.indexOf(letter));
        const left = arranged(
          merged(places, summed),
          axes.map((axis) => (axis < 0 ? undefined : axis)),
        );
        const isOwn = result.some((letter, axis) => !others.includes(letter) && (left.shape[axis] ?? 1) > 1);
        return { standing: [left], isOwn };
      });
    });
    // What an operand tells along an axis that it alone has; the sum over the other's makes one of all of those.
    const own = found.filter(({ isOwn }) => isOwn).flatMap(({ standing }) => standing);
    const [first, ...others] = found;
    if (own.length > 0 || first === undefined) return own;
    return others.reduce((most, each) => (count(each) > count(most) ? each : most), first).standing;
  };
}

/** MatMul-13 */
export const matrices: Rule = (step) => {
  const [left = 0, right = 0] = step.operands.map(({ shape }) => shape.length);
  const batch = (rank: number): readonly string[] =>
    Array.from({ length: Math.max(0, rank - 2) }, (_, axis) => String(rank - axis));
  const rows = left > 1 ? ['m'] : [];
  const columns = right > 1 ? ['n'] : [];
  return contracted(
    [
      [...batch(left), ...rows, 'k'],
      [...batch(right), 'k', ...columns],
    ],
    [...batch(Math.max(left, right)), ...rows, ...columns],
  )(step);
};

/** Gemm-13 */
export const gemm: Rule = (step) => {
  const turned = (letters: readonly string[], flag: string): readonly string[] =>
    int(step.node, flag, 0) === 1 ? letters.toReversed() : letters;
  const terms = [turned(['m', 'k'], 'transA'), turned(['k', 'n'], 'transB')];
  return contracted(terms, ['m', 'n'])({ ...step, operands: step.operands.slice(0, 2) });
};

/** Einsum-12 */
export const einsum: Rule = (step) => {
  const [terms = '', result] = text(step.node, 'equation', '').replaceAll(' ', '').split('->');
  if (result === undefined) return [];
  const lettered = (term: string, rank: number): readonly string[] => {
    const more = Array.from({ length: rank - term.replace('...', '').length }, (_, axis) =>
      String(rank - axis),
    );
    const [front = '', behind = ''] = term.split('...');
    return term.includes('...') ? [...Array.from(front), ...more, ...Array.from(behind)] : Array.from(term);
  };
  return contracted(
    terms.split(',').map((term, index) => lettered(term, step.operands[index]?.shape.length ?? 0)),
    lettered(result, step.shape.length),
  )(step);
};
