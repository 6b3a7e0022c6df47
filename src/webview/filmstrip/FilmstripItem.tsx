import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Thumbnail } from '../../protocol/explanation.js';
import type { Judgement } from '../../protocol/filmstrip.js';
import type { PanelStrings } from '../../protocol/panelStrings.js';
import { fill } from '../common/format.js';
import { Icon } from '../common/icons.js';
import { useFrame, type Frame } from '../state/frame.js';

export interface FilmstripItemProps {
  readonly id: string;
  readonly name: string;
  /** From 0. */
  readonly index: number;
  readonly count: number;
  readonly left: number;
  /** undefined until it is known; null where the picture cannot be read. */
  readonly thumbnail: Thumbnail | null | undefined;
  /** null for a picture that was not explained. */
  readonly judgement: Judgement | null;
  readonly isCurrent: boolean;
  /** Whether the keyboard is on it. */
  readonly isActive: boolean;
  readonly onShow: () => void;
}

/** A picture of the folder in small, with what the model made of it. */
export function FilmstripItem(props: FilmstripItemProps): VNode {
  const { id, name, index, count, left, thumbnail, judgement, isCurrent, isActive, onShow } = props;
  const { strings, classValue } = useFrame();
  const texts = [name, ...(judgement ? judgementTexts(judgement, strings, classValue) : [])];
  return (
    <div
      id={id}
      class={isActive ? 'film active' : 'film'}
      role="option"
      aria-selected={isCurrent}
      aria-posinset={index + 1}
      aria-setsize={count}
      aria-label={texts.join(', ')}
      title={texts.join('\n')}
      style={{ left: `${left}px` }}
      onClick={onShow}
    >
      <span class="film-picture">
        {thumbnail ? <FilmCanvas thumbnail={thumbnail} /> : <Empty isBroken={thumbnail === null} />}
        {judgement && <Verdict isRight={judgement.isRight} />}
      </span>
    </div>
  );
}

function Empty({ isBroken }: { readonly isBroken: boolean }): VNode {
  return isBroken ? <Icon name="image" /> : <span class="skeleton film-skeleton" />;
}

/** Told by its form, not by its colour alone. */
function Verdict({ isRight }: Pick<Judgement, 'isRight'>): VNode {
  if (isRight === null) return <span class="film-verdict" />;
  return (
    <span class={isRight ? 'film-verdict right' : 'film-verdict wrong'}>
      <Icon name={isRight ? 'check' : 'close'} />
    </span>
  );
}

function judgementTexts(
  { predicted, expected, isRight }: Judgement,
  strings: PanelStrings,
  classValue: Frame['classValue'],
): readonly string[] {
  const value = classValue(predicted);
  const said = fill(strings.filmPredicted, { label: predicted.label, probability: value });
  if (isRight === null) return [said];
  return [said, isRight ? strings.filmRight : fill(strings.filmWrong, { expected: expected.join(', ') })];
}

function FilmCanvas({ thumbnail: { width, height, rgba } }: { readonly thumbnail: Thumbnail }): VNode {
  const ref = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const pixels = new ImageData(new Uint8ClampedArray(rgba), width);
    ref.current?.getContext('2d')?.putImageData(pixels, 0, 0);
  }, [rgba, width]);
  return <canvas ref={ref} class="thumbnail" width={width} height={height} aria-hidden="true" />;
}
