import { useMemo, useState } from 'preact/hooks';
import { METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import type { ModelInfo } from '../../../protocol/model.js';
import type { NeedPart } from '../../../protocol/panel.js';
import { knownBlocker, knownLayer, NOTHING_KNOWN, type Known } from '../../state/known.js';
import { usePage } from '../../state/page.js';
import { refOf, subjectOf } from '../../state/pageState.js';
import { useResults, type Results } from '../../state/useResults.js';

/** One method at one layer. */
export interface Cell {
  readonly method: MethodId;
  readonly tensor: string;
}

/** What a view of methods × layers shows of one class, and what of it is computed only when it is asked for. */
export interface CellResults {
  /** Name of the input, which stands for its pixels. */
  readonly pixels: string;
  readonly results: Results;
  /** Cells asked for that are not known yet, the one being computed first. */
  readonly queue: readonly Cell[];
  /** Asks for cells that take a forward pass per channel. */
  readonly run: (cells: readonly Cell[]) => void;
  /** Stops computing them; what came of them stays. */
  readonly stop: () => void;
}

/** Channels that come with every layer: as many as the views show, so that none asks again for what another has. */
const TOP = 3;

/** Every method at every layer for one class; those that take a forward pass per channel one cell after the other, unasked none. */
export function useCells(
  { input }: ModelInfo,
  methods: readonly MethodId[],
  layers: readonly string[],
  target: number,
): CellResults {
  const subject = subjectOf(usePage().state);
  const known = subject?.known ?? NOTHING_KNOWN;
  const about = JSON.stringify([subject && refOf(subject), target]);
  const [asked, setAsked] = useState({ about, cells: NO_CELLS });
  const cells = asked.about === about ? asked.cells : NO_CELLS;
  const queue = useMemo(() => cells.filter((cell) => !isKnown(known, cell, target)), [known, cells, target]);
  const results = useResults(partsOf(methods, layers, target, queue[0] ?? null));
  return {
    pixels: input.name,
    results,
    queue,
    run: (more) => {
      const stopped = results.status.kind === 'error' || results.status.kind === 'cancelled';
      const before = stopped ? NO_CELLS : queue;
      setAsked({ about, cells: [...before, ...more.filter((cell) => !includes(before, cell))] });
      if (stopped) results.retry();
    },
    stop: () => {
      setAsked({ about, cells: NO_CELLS });
    },
  };
}

const NO_CELLS: readonly Cell[] = [];

/** What takes one run for all layers first, then the cell that is next. */
export function partsOf(
  methods: readonly MethodId[],
  layers: readonly string[],
  target: number,
  next: Cell | null,
): readonly NeedPart[] {
  const part = (of: readonly MethodId[], at: readonly string[]): NeedPart => ({
    methods: of,
    targets: [target],
    layers: at,
    top: TOP,
    carried: false,
  });
  const quick = methods.filter((method) => !METHOD_FACTS[method].perChannel);
  return [
    ...(quick.length > 0 && layers.length > 0 ? [part(quick, layers)] : []),
    ...(next ? [part([next.method], [next.tensor])] : []),
  ];
}

export function includes(cells: readonly Cell[], { method, tensor }: Cell): boolean {
  return cells.some((other) => other.method === method && other.tensor === tensor);
}

function isKnown(known: Known, { method, tensor }: Cell, target: number): boolean {
  const found = knownLayer(known, method, target, tensor);
  return (found !== null && !found.partial) || knownBlocker(known, method, tensor) !== null;
}
