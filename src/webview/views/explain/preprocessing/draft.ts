import type { Preprocessing } from '../../../../protocol/model.js';

/** Largest input side that can be asked for, in pixels. */
export const MAX_SIDE = 4096;

/** The form's contents: choices as they are, numbers as typed. */
export interface Draft extends Pick<Preprocessing, 'fit' | 'interpolation' | 'channelOrder' | 'layout'> {
  readonly resize: string;
  readonly inputWidth: string;
  readonly inputHeight: string;
  readonly rangeLow: string;
  readonly rangeHigh: string;
  readonly mean: string;
  readonly std: string;
}

export type Problem = 'integer' | 'number' | 'range' | 'list' | 'std';
export type Problems = Readonly<Partial<Record<keyof Draft, Problem>>>;

export function draftOf(value: Preprocessing): Draft {
  return {
    fit: value.fit,
    interpolation: value.interpolation,
    channelOrder: value.channelOrder,
    layout: value.layout,
    resize: String(value.resize),
    inputWidth: String(value.inputWidth),
    inputHeight: String(value.inputHeight),
    rangeLow: String(value.range[0]),
    rangeHigh: String(value.range[1]),
    mean: value.mean.map(readable).join(', '),
    std: value.std.map(readable).join(', '),
  };
}

/** The draft with another fit; who chooses to squash means the whole picture, unless a larger side is typed after that. */
export function refit(draft: Draft, fit: Draft['fit']): Draft {
  const whole = Math.max(toNumber(draft.inputWidth), toNumber(draft.inputHeight));
  return fit === 'crop' || !isSide(whole) ? { ...draft, fit } : { ...draft, fit, resize: String(whole) };
}

export function channelCount(draft: Pick<Draft, 'channelOrder'>): number {
  return draft.channelOrder === 'grey' ? 1 : 3;
}

/**
 * What the form says, or what is wrong with it by field.
 * @param before what was to be changed: what the form does not show stays
 */
export function readDraft(
  draft: Draft,
  before: Preprocessing,
): { readonly value: Preprocessing } | { readonly problems: Problems } {
  const value: Preprocessing = {
    ...before,
    fit: draft.fit,
    interpolation: draft.interpolation,
    channelOrder: draft.channelOrder,
    layout: draft.layout,
    resize: toNumber(draft.resize),
    inputWidth: toNumber(draft.inputWidth),
    inputHeight: toNumber(draft.inputHeight),
    range: [toNumber(draft.rangeLow), toNumber(draft.rangeHigh)],
    mean: toNumbers(draft.mean),
    std: toNumbers(draft.std),
  };
  const problems = problemsOf(value);
  return Object.keys(problems).length === 0 ? { value } : { problems };
}

function problemsOf(value: Preprocessing): Problems {
  const found: [keyof Draft, Problem | null][] = [
    ['inputWidth', isSide(value.inputWidth) ? null : 'integer'],
    ['inputHeight', isSide(value.inputHeight) ? null : 'integer'],
    ['resize', isSide(value.resize) ? null : 'integer'],
    ['rangeLow', Number.isFinite(value.range[0]) ? null : 'number'],
    ['rangeHigh', rangeProblem(value.range)],
    ['mean', isList(value.mean, value) ? null : 'list'],
    ['std', stdProblem(value)],
  ];
  return Object.fromEntries(found.filter(([, problem]) => problem !== null));
}

function rangeProblem([low, high]: readonly [number, number]): Problem | null {
  if (!Number.isFinite(high)) return 'number';
  return high > low || !Number.isFinite(low) ? null : 'range';
}

function stdProblem(value: Preprocessing): Problem | null {
  if (!isList(value.std, value)) return 'list';
  return value.std.every((std) => std > 0) ? null : 'std';
}

function isList(numbers: readonly number[], value: Preprocessing): boolean {
  return numbers.length === channelCount(value) && numbers.every(Number.isFinite);
}

function isSide(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= MAX_SIDE;
}

/** NaN for anything but one number. */
function toNumber(text: string): number {
  return text.trim() === '' ? Number.NaN : Number(text);
}

function toNumbers(text: string): readonly number[] {
  return text
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map(Number);
}

/** Without the digits that only float32 put there. */
function readable(value: number): number {
  return Number(value.toPrecision(7));
}
