import type { RefObject, TargetedFocusEvent, TargetedKeyboardEvent } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

/** A place in a table, its headers included. */
interface Place {
  readonly row: number;
  readonly column: number;
}

export interface GridFocus {
  /** Whether the tab key stops at this place: it does at one of the table. */
  readonly stopsAt: (row: number, column: number) => boolean;
  readonly onFocusIn: (event: TargetedFocusEvent<HTMLElement>) => void;
  readonly onKeyDown: (event: TargetedKeyboardEvent<HTMLElement>) => void;
  /** Where the focus is to be once what was just changed is drawn. */
  readonly follow: (row: number, column: number) => void;
}

/** One tab stop in a table of buttons, arrow keys between them (WAI-ARIA grid pattern). */
export function useGridFocus(
  table: RefObject<HTMLTableElement | null>,
  rows: number,
  columns: number,
): GridFocus {
  const [active, setActive] = useState<Place>({ row: 1, column: 1 });
  const [followed, follow] = useState<Place | null>(null);
  const row = Math.min(active.row, rows - 1);
  const column = Math.min(active.column, columns - 1);

  useLayoutEffect(() => {
    if (followed) focusAt(table.current, followed);
  }, [table, followed]);
  const onFocusIn = ({ target }: TargetedFocusEvent<HTMLElement>): void => {
    const cell = target instanceof Element ? target.closest<HTMLTableCellElement>('td, th') : null;
    const at = cell?.parentElement;
    if (at instanceof HTMLTableRowElement && cell) setActive({ row: at.rowIndex, column: cell.cellIndex });
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    const inMenu = event.target instanceof Element && event.target.closest('[popover]');
    if (inMenu || event.ctrlKey || event.metaKey || event.altKey) return;
    const to = placeAfter(event.key, { row, column }, { row: rows - 1, column: columns - 1 });
    if (!to) return;
    focusAt(table.current, to);
    event.preventDefault();
  };
  return {
    stopsAt: (atRow, atColumn) => atRow === row && atColumn === column,
    onFocusIn,
    onKeyDown,
    follow: (toRow, toColumn) => {
      follow({ row: toRow, column: toColumn });
    },
  };
}

/** The place that a key leads to; null where it leads nowhere. The corner of both headers is empty. */
export function placeAfter(key: string, { row, column }: Place, last: Place): Place | null {
  const to = {
    ArrowRight: { row, column: column + 1 },
    ArrowLeft: { row, column: column - 1 },
    ArrowDown: { row: row + 1, column },
    ArrowUp: { row: row - 1, column },
    Home: { row, column: row === 0 ? 1 : 0 },
    End: { row, column: last.column },
  }[key];
  if (!to) return null;
  const inside = to.row >= 0 && to.row <= last.row && to.column >= 0 && to.column <= last.column;
  return inside && to.row + to.column > 0 ? to : null;
}

function focusAt(table: HTMLTableElement | null, { row, column }: Place): void {
  table?.rows[row]?.cells[column]?.querySelector<HTMLElement>('button')?.focus();
}
