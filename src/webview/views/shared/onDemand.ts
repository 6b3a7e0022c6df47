import { useMemo, useState } from 'preact/hooks';
import { METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import type { NeedPart } from '../../../protocol/panel.js';
import { isKnownOfSome, knownBlocker, knownLayer, NOTHING_KNOWN, type Known } from '../../state/known.js';
import { usePage } from '../../state/page.js';
import { refOf } from '../../state/pageState.js';
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
export const TOP = 3;

/**
 * Every method at every layer for one class. Those that take a forward pass per channel come one cell after the other,
 * and unasked only where no pass is left: those of one class are those of all.
 * @param pixels name of the input, which stands for its pixels
 * @param top how many channels are to come with each layer
 * @param of the subject's place in the list
 */
export function useCells(
  pixels: string,
  methods: readonly MethodId[],
  layers: readonly string[],
  target: number,
  top: number,
  of = 0,
): CellResults {
  const subject = usePage().state.subjects[of] ?? null;
  const known = subject?.known ?? NOTHING_KNOWN;
  const about = JSON.stringify([subject && refOf(subject), target]);
  const [asked, setAsked] = useState({ about, cells: NO_CELLS });
  const cells = asked.about === about ? asked.cells : NO_CELLS;
  const free = useMemo(() => freeCells(known, methods, layers), [known, methods, layers]);
  const queue = useMemo(
    () =>
      [...free, ...cells.filter((cell) => !includes(free, cell))].filter(
        (cell) => !isKnown(known, cell, target),
      ),
    [known, free, cells, target],
  );
  const results = useResults(partsOf(methods, layers, target, { next: queue[0] ?? null, top }), of);
  return {
    pixels,
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
  { next, top }: { readonly next: Cell | null; readonly top: number },
): readonly NeedPart[] {
  const part = (of: readonly MethodId[], at: readonly string[]): NeedPart => ({
    methods: of,
    targets: [target],
    layers: at,
    top,
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
  return found?.partial === null || knownBlocker(known, method, tensor) !== null;
}

/** The cells of all classes of which the passes are through for one. */
function freeCells(known: Known, methods: readonly MethodId[], layers: readonly string[]): readonly Cell[] {
  const costly = methods.filter((method) => METHOD_FACTS[method].perChannel);
  return costly.flatMap((method) =>
    layers.filter((tensor) => isKnownOfSome(known, method, tensor)).map((tensor) => ({ method, tensor })),
  );
}
