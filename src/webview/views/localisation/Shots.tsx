import type { ComponentChildren, VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Marks, Region } from '../../../protocol/annotations.js';
import type { LayerExplanation, Picture } from '../../../protocol/explanation.js';
import { METHOD_FACTS, type MethodId } from '../../../protocol/methods.js';
import type { Blocker } from '../../../protocol/model.js';
import { blockedText } from '../../common/blockedText.js';
import { fill } from '../../common/format.js';
import { usePage } from '../../state/page.js';
import { subjectOf } from '../../state/pageState.js';
import { gridOf } from '../../state/selectors.js';
import type { Results } from '../../state/useResults.js';
import type { LocalisedPicture } from './drawLocalised.js';
import { LargeButton } from '../shared/LargeButton.js';
import { filesOf } from '../shared/markedText.js';
import { localise, type Localised } from './localise.js';
import { LocalisedCanvas } from './LocalisedCanvas.js';

/** What every method is applied to. */
export interface MarkedPicture {
  readonly picture: Picture;
  /** That count for the class. */
  readonly regions: readonly Region[];
  /** 1 in every pixel of the input that one of them holds; null where there is none. */
  readonly marked: Uint8Array | null;
  /** The same regions, outlined. */
  readonly marks: Marks;
  /** How dark the rest is, 0 … 1. */
  readonly cover: number;
  readonly k: number;
}

/** What is known of one method. */
export interface Shot {
  readonly method: MethodId;
  readonly layer: LayerExplanation | null;
  /** Which part of the layer's passes is through, 0 … 1; null where its values are final. */
  readonly through: number | null;
  readonly blocker: Blocker | null;
}

export function shotOf(method: MethodId, results: Results, target: number, tensor: string): Shot {
  return {
    method,
    layer: results.layer(method, target, tensor),
    through: results.partial(method, target, tensor),
    blocker: results.blocked(method, tensor),
  };
}

/** Numbers of a layer's map; the drawing that goes with them. */
export function localisedOf(layer: LayerExplanation, base: MarkedPicture): Localised & LocalisedPicture {
  const map = gridOf(layer);
  const numbers = localise(map, base.k, base.marks, base.marked);
  return { ...base, ...numbers, kept: { map, threshold: numbers.threshold } };
}

/** The picture as it is, with what is marked. */
export function PictureShot({ base }: { readonly base: MarkedPicture }): VNode {
  const { state, strings } = usePage();
  return (
    <Frame
      title={subjectOf(state)?.image.name ?? ''}
      captions={base.marked ? [`${strings.localisationMarked}: ${filesOf(base.regions)}`] : []}
    >
      <LocalisedCanvas {...base} kept={null} />
    </Frame>
  );
}

export interface MethodShotProps {
  readonly shot: Shot;
  readonly base: MarkedPicture;
  readonly onOpen: () => void;
}

/** What a method keeps of the picture; opens large. */
export function MethodShot({ shot, base, onOpen }: MethodShotProps): VNode {
  const { strings } = usePage();
  const { method, layer, blocker } = shot;
  const title = METHOD_FACTS[method].label;
  if (blocker) {
    return (
      <Frame title={title} captions={[]}>
        <p class="shot-blocked">{blockedText(blocker, strings)}</p>
      </Frame>
    );
  }
  if (layer) return <KnownShot {...{ title, layer, base, onOpen }} />;
  return (
    <Frame title={title} captions={[]}>
      <div class="skeleton shot-skeleton" />
    </Frame>
  );
}

interface KnownShotProps extends Pick<MethodShotProps, 'base' | 'onOpen'> {
  readonly title: string;
  readonly layer: LayerExplanation;
}

function KnownShot({ title, layer, base, onOpen }: KnownShotProps): VNode {
  const { strings, percent } = usePage();
  const { marks, marked, k } = base;
  const map = useMemo(() => gridOf(layer), [layer]);
  const { threshold, share, iou } = useMemo(() => localise(map, k, marks, marked), [map, k, marks, marked]);
  const kept = useMemo(() => ({ map, threshold }), [map, threshold]);
  return (
    <Frame
      title={title}
      captions={[
        fill(strings.localisationKept, { share: percent(share) }),
        ...(iou === null
          ? []
          : [
              <span key="iou" class="shot-strong" title={strings.localisationIouHint}>
                {fill(strings.localisationIou, { value: iou.toFixed(2) })}
              </span>,
            ]),
      ]}
    >
      <LargeButton what={title} onOpen={onOpen}>
        <LocalisedCanvas {...base} kept={kept} />
      </LargeButton>
    </Frame>
  );
}

interface FrameProps {
  readonly title: string;
  readonly captions: readonly ComponentChildren[];
  readonly children: ComponentChildren;
}

function Frame({ title, captions, children }: FrameProps): VNode {
  return (
    <figure class="shot">
      <div class="shot-picture">{children}</div>
      <figcaption>
        <span class="shot-title">{title}</span>
        {captions.map((caption, index) => (
          <span key={index} class="shot-caption">
            {caption}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
