import type { VNode } from 'preact';
import { Icon } from '../common/icons.js';
import { Menu, type MenuItem } from '../common/Menu.js';
import { Popover } from '../common/Popover.js';
import { useFrame } from '../state/frame.js';
import { drawFigure, drawingAsPng, layOutOnScreen } from './drawFigure.js';
import type { Figure } from './figure.js';
import { svgOf } from './svg.js';

export interface FigureButtonProps {
  /** What the file's name ends with, after the picture's. */
  readonly name: string;
  readonly figure: () => Figure;
  readonly disabled?: boolean;
  /** What else there is to export. */
  readonly more?: readonly MenuItem[];
}

/** Saves what a view shows as one picture, or copies it. */
export function FigureButton({ name, figure, disabled = false, more = [] }: FigureButtonProps): VNode {
  const { strings, post, announce } = useFrame();
  const report = (text: string): void => {
    announce(text);
    post({ type: 'notify', text });
  };
  const save = (format: 'png' | 'svg'): void => {
    bytesOf(figure(), format).then(
      (bytes) => {
        post({ type: 'saveFigure', name, format, bytes });
      },
      () => {
        report(strings.figureFailed);
      },
    );
  };
  const copy = (): void => {
    // The promise goes in as it is: waiting for it first would lose the click that allows the copy.
    navigator.clipboard.write([new ClipboardItem({ 'image/png': drawFigure(figure()) })]).then(
      () => {
        report(strings.copied);
      },
      () => {
        report(strings.copyFailed);
      },
    );
  };
  return (
    <Popover
      popup="menu"
      buttonClass="pick-button"
      label={strings.export}
      disabled={disabled}
      button={
        <>
          <span>{strings.export}</span>
          <Icon name="chevronDown" />
        </>
      }
    >
      <Menu
        items={[
          {
            text: strings.saveFigure,
            act: () => {
              save('png');
            },
          },
          {
            text: strings.saveFigureSvg,
            act: () => {
              save('svg');
            },
          },
          { text: strings.copyFigure, act: copy },
          ...more,
        ]}
      />
    </Popover>
  );
}

async function bytesOf(figure: Figure, format: 'png' | 'svg'): Promise<Uint8Array> {
  if (format === 'png') return bytesOfBlob(await drawFigure(figure));
  const svg = await svgOf(layOutOnScreen(figure), async (drawing) =>
    bytesOfBlob(await drawingAsPng(drawing)),
  );
  return new TextEncoder().encode(svg);
}

async function bytesOfBlob(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}
