import type { TargetedKeyboardEvent, VNode } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { LayerExplanation, Picture } from '../../../protocol/explanation.js';
import { METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import { fill } from '../../common/format.js';
import { IconButton } from '../../common/IconButton.js';
import type { LayerChoice } from '../../layers/layerChoices.js';
import { Legend } from '../../picture/Legend.js';
import { PictureCanvas, type Probe } from '../../picture/PictureCanvas.js';
import { Readout, readingAt } from '../../picture/Readout.js';
import { usePage } from '../../state/page.js';
import { gridOf, type Scale } from '../../state/selectors.js';
import { Button } from '../../toolkit/index.js';

/** Directions in which the grid has neighbours, with the key that leads there. */
export const DIRECTIONS = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'] as const;
export type Direction = (typeof DIRECTIONS)[number];

export interface LargeMapProps {
  readonly method: MethodId;
  readonly layer: LayerChoice;
  readonly explained: LayerExplanation;
  readonly picture: Picture;
  readonly scale: Scale;
  /** What lies in a direction, by name; null where the grid ends or has no map. */
  readonly beside: (direction: Direction) => string | null;
  readonly onGo: (direction: Direction) => void;
  readonly onExplain: () => void;
  readonly onClose: () => void;
}

/** One map of the grid over the whole window; the neighbours are a key away. */
export function LargeMap(props: LargeMapProps): VNode {
  const { method, layer, explained, picture, scale, beside, onGo, onExplain, onClose } = props;
  const { state, strings } = usePage();
  const dialog = useRef<HTMLDialogElement>(null);
  const [probe, setProbe] = useState<Probe | null>(null);
  const grid = useMemo(() => gridOf(explained), [explained]);
  const reading = probe && readingAt(picture, grid, probe, state.display.smooth);
  const size = fill(strings.layerSize, { height: layer.height, width: layer.width });
  const title = `${METHOD_FACTS[method].label} · ${layer.path} · ${size}`;
  useLayoutEffect(() => {
    dialog.current?.showModal();
  }, []);
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    const direction = DIRECTIONS.find((key) => key === event.key);
    // The picture reads its values by the same keys.
    if (!direction || event.defaultPrevented || beside(direction) === null) return;
    onGo(direction);
    event.preventDefault();
  };
  return (
    <dialog
      ref={dialog}
      class="large"
      aria-label={title}
      aria-description={strings.largeHint}
      onKeyDown={onKeyDown}
      onClose={onClose}
    >
      <header class="large-head">
        <h2 aria-live="polite">{title}</h2>
        {DIRECTIONS.map((direction) => (
          <GoButton key={direction} direction={direction} to={beside(direction)} onGo={onGo} />
        ))}
        <Button
          appearance="secondary"
          onClick={() => {
            dialog.current?.close();
            onExplain();
          }}
        >
          {strings.showInExplain}
        </Button>
        <IconButton icon="close" label={strings.close} onClick={() => dialog.current?.close()} />
      </header>
      <div class="large-picture">
        <PictureCanvas
          picture={picture}
          grid={grid}
          scale={scale}
          bare={false}
          probe={probe}
          onProbe={setProbe}
        />
      </div>
      <div class="legend-line">
        <Legend scale={scale} value={reading?.value ?? null} />
        <Readout reading={reading} />
      </div>
    </dialog>
  );
}

interface GoButtonProps {
  readonly direction: Direction;
  readonly to: string | null;
  readonly onGo: (direction: Direction) => void;
}

const ICONS = {
  ArrowLeft: 'chevronLeft',
  ArrowRight: 'chevronRight',
  ArrowUp: 'chevronUp',
  ArrowDown: 'chevronDown',
} as const;

function GoButton({ direction, to, onGo }: GoButtonProps): VNode {
  const { strings } = usePage();
  const names: Record<Direction, string> = {
    ArrowLeft: strings.methodBefore,
    ArrowRight: strings.methodAfter,
    ArrowUp: strings.layerBefore,
    ArrowDown: strings.layerAfter,
  };
  const label = to === null ? names[direction] : `${names[direction]}: ${to}`;
  return (
    <IconButton
      icon={ICONS[direction]}
      label={label}
      disabled={to === null}
      onClick={() => {
        onGo(direction);
      }}
    />
  );
}
