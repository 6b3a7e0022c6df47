import type { MethodId } from '../../protocol/methods.js';
import type { SanityChain, SanityResult } from '../../protocol/sanity.js';
import { csvField } from './csv.js';

/** Stands for the model as it is, before any module. */
export const ORIGINAL = 'original';

const HEADS = ['picture', 'class', 'method', 'layer', 'step', 'module', 'spearman', 'ssim'];

const DIGITS = 9;

export interface NamedChain extends Pick<SanityChain, 'steps'>, Pick<SanityResult, 'modules'> {
  readonly picture: string;
  /** Of the class. */
  readonly label: string;
  readonly method: MethodId;
  readonly layer: string;
}

/** Both curves of every chain: one line a step (RFC 4180). */
export function sanityCsv(chains: readonly NamedChain[]): string {
  const lines = chains.flatMap(({ picture, label, method, layer, modules, steps }) =>
    steps.map(({ spearman, ssim }, step) => [
      ...[picture, label, method, layer, String(step), modules[step - 1] ?? ORIGINAL],
      ...[spearman, ssim].map((value) => (value === null ? '' : String(Number(value.toPrecision(DIGITS))))),
    ]),
  );
  return [HEADS, ...lines].map((cells) => `${cells.map(csvField).join(',')}\r\n`).join('');
}
