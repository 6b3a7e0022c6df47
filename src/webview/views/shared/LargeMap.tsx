import type { TargetedKeyboardEvent, VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Marks } from '../../../protocol/annotations.js';
import type { Picture } from '../../../protocol/explanation.js';
import { IconButton } from '../../common/IconButton.js';
import { Legend } from '../../picture/Legend.js';
import { PictureCanvas, type Probe } from '../../picture/PictureCanvas.js';
import { Readout, readingAt } from '../../picture/Readout.js';
import { usePage } from '../../state/page.js';
import { Button } from '../../toolkit/index.js';
import { tabId } from '../tabIds.js';
import {
  DIRECTIONS,
  itemAt,
  placeBeside,
  type Direction,
  type LargeGrid,
  type LargeItem,
  type LargePlace,
} from './largeGrid.js';

export interface LargeMapProps {
  readonly picture: Picture;
  readonly marks: Marks | null;
  readonly grid: LargeGrid;
  readonly place: LargePlace;
  readonly onGo: (place: LargePlace) => void;
  readonly onClose: () => void;
}

/** One map of a view over the whole window, as long as it is there; those beside it are a key away. */
export function LargeMap(props: LargeMapProps): VNode | null {
  const item = itemAt(props.grid, props.place);
  return item && <LargeDialog {...props} item={item} />;
}

function LargeDialog(props: LargeMapProps & { readonly item: LargeItem }): VNode {
  const { picture, marks, grid, place, item, onGo, onClose } = props;
  const { state, strings } = usePage();
  const dialog = useRef<HTMLDialogElement>(null);
  const [probe, setProbe] = useState<Probe | null>(null);
  const reading = probe && readingAt(picture, item.grid, probe, state.display.smooth);
  useLayoutEffect(() => {
    dialog.current?.showModal();
  }, []);
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    const direction = DIRECTIONS.find((key) => key === event.key);
    // The picture reads its values by the same keys.
    const to = direction && !event.defaultPrevented ? placeBeside(grid, place, direction) : null;
    if (!to) return;
    onGo(to);
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      class="large"
      aria-label={item.title}
      aria-description={strings.largeHint}
      onKeyDown={onKeyDown}
      onClose={onClose}
    >
      <header class="large-head">
        <h2 aria-live="polite">{item.title}</h2>
        <GoButtons {...{ grid, place, onGo }} />
        {item.explain && (
          <Button
            appearance="secondary"
            onClick={() => {
              dialog.current?.close();
              item.explain?.();
              document.getElementById(tabId('explain'))?.focus();
            }}
          >
            {strings.showInExplain}
          </Button>
        )}
        <IconButton icon="close" label={strings.close} onClick={() => dialog.current?.close()} />
      </header>
      <div class="large-picture">
        <PictureCanvas
          {...{ picture, marks, probe }}
          cropOnly={state.framing.cropOnly}
          grid={item.grid}
          scale={item.scale}
          keptAbove={item.keptAbove}
          bare={false}
          onProbe={setProbe}
        />
      </div>
      <div class="legend-line">
        {item.keptAbove === null && <Legend scale={item.scale} value={reading?.value ?? null} />}
        <Readout reading={reading} />
      </div>
    </dialog>
  );
}

const ICONS = {
  ArrowLeft: 'chevronLeft',
  ArrowRight: 'chevronRight',
  ArrowUp: 'chevronUp',
  ArrowDown: 'chevronDown',
} as const;

/** The ways along the row and, where there are several rows, along the column. */
function GoButtons({ grid, place, onGo }: Pick<LargeMapProps, 'grid' | 'place' | 'onGo'>): VNode {
  const { strings } = usePage();
  const names: Record<Direction, string> = {
    ArrowLeft: strings.largeLeft,
    ArrowRight: strings.largeRight,
    ArrowUp: strings.largeAbove,
    ArrowDown: strings.largeBelow,
  };
  const isAlong = (direction: Direction): boolean => direction === 'ArrowLeft' || direction === 'ArrowRight';
  return (
    <>
      {DIRECTIONS.filter((direction) => isAlong(direction) || grid.length > 1).map((direction) => {
        const to = placeBeside(grid, place, direction);
        const item = to && itemAt(grid, to);
        const name = isAlong(direction) ? item?.column : item?.row;
        return (
          <IconButton
            key={direction}
            icon={ICONS[direction]}
            label={name === undefined ? names[direction] : `${names[direction]}: ${name}`}
            disabled={to === null}
            onClick={() => {
              if (to) onGo(to);
            }}
          />
        );
      })}
    </>
  );
}
