import type { TargetedDragEvent, VNode } from 'preact';
import { Icon } from '../../common/icons.js';
import { Menu, type MenuItem } from '../../common/Menu.js';
import { Popover } from '../../common/Popover.js';
import { usePage } from '../../state/page.js';

export interface CompareHeaderProps {
  readonly axis: 'column' | 'row';
  /** Tells it among the headers of its axis. */
  readonly id: string;
  readonly name: string;
  /** In small, below the name. */
  readonly note: string | null;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** Whether the tab key stops here. */
  readonly stop: boolean;
  /** Before what there is on every header: to move and to remove. */
  readonly items: readonly MenuItem[];
  readonly onMove: (by: 1 | -1) => void;
  readonly onRemove: () => void;
  /** Another header of the same axis was dropped on this one. */
  readonly onDrop: (id: string) => void;
}

/** Names a row or a column; opens its menu, and is dragged to another place. */
export function CompareHeader(props: CompareHeaderProps): VNode {
  const { axis, id, name, note, isFirst, isLast, stop, items, onMove, onRemove, onDrop } = props;
  const { strings } = usePage();
  const [back, on, remove] =
    axis === 'column'
      ? [strings.moveLeft, strings.moveRight, strings.removeColumn]
      : [strings.moveUp, strings.moveDown, strings.removeRow];
  const move = (text: string, by: 1 | -1): MenuItem => ({
    text,
    act: () => {
      onMove(by);
    },
  });
  // Only rows are dropped on rows, and columns on columns.
  const kind = `application/x-compare-${axis}`;
  const onDragOver = (event: TargetedDragEvent<HTMLElement>): void => {
    if (event.dataTransfer?.types.includes(kind)) event.preventDefault();
  };
  return (
    <th
      scope={axis === 'column' ? 'col' : 'row'}
      role={axis === 'column' ? 'columnheader' : 'rowheader'}
      draggable
      onDragStart={({ dataTransfer }) => {
        dataTransfer?.setData(kind, id);
      }}
      onDragOver={onDragOver}
      onDrop={({ dataTransfer }) => {
        const dropped = dataTransfer?.getData(kind);
        if (dropped !== undefined && dropped !== '' && dropped !== id) onDrop(dropped);
      }}
    >
      <Popover
        popup="menu"
        buttonClass="compare-head"
        label={note === null ? name : `${name}, ${note}`}
        tabIndex={stop ? 0 : -1}
        button={
          <>
            <span class="compare-name">{name}</span>
            {note !== null && <span class="compare-note">{note}</span>}
            <Icon name="chevronDown" />
          </>
        }
      >
        <Menu
          items={[
            ...items,
            ...(isFirst ? [] : [move(back, -1)]),
            ...(isLast ? [] : [move(on, 1)]),
            { text: remove, act: onRemove },
          ]}
        />
      </Popover>
    </th>
  );
}
