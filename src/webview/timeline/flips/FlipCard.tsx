import type { VNode } from 'preact';
import type { Prediction } from '../../../protocol/explanation.js';
import type { Checkpoint } from '../../../protocol/timeline.js';
import { Icon } from '../../common/icons.js';
import { gridOfLayer } from '../values/gridOfLayer.js';
import { LayerOverlay } from '../LayerOverlay.js';
import type { KnownPicture, KnownRun } from '../state/pageState.js';
import { resultOf } from '../state/results.js';
import { aboutOf, layerOfRun } from '../state/selection.js';
import { useTimeline } from '../state/timeline.js';
import { stepText } from '../stepText.js';
import type { BeforeAfter } from '../values/flips.js';
import type { Between } from '../state/beforeAfter.js';

export interface FlipCardProps {
  readonly run: KnownRun;
  readonly flip: BeforeAfter<KnownPicture>;
  readonly between: Between;
}

/** A picture whose prediction changed, before and after. */
export function FlipCard({ run, flip, between }: FlipCardProps): VNode {
  const { selection, choose } = useTimeline();
  const { picture, before, after } = flip;
  const isCurrent = picture === selection.picture;
  return (
    <button
      type="button"
      class="flip"
      aria-pressed={isCurrent}
      onClick={() => {
        choose({ picture: picture.path });
      }}
    >
      <span class="flip-name">{picture.name}</span>
      <Side run={run} picture={picture} checkpoint={between.before} predicted={before} />
      <span class="flip-arrow">
        <Icon name="arrowRight" />
      </span>
      <Side run={run} picture={picture} checkpoint={between.after} predicted={after} />
    </button>
  );
}

interface SideProps {
  readonly run: KnownRun;
  readonly picture: KnownPicture;
  readonly checkpoint: Checkpoint;
  readonly predicted: Prediction | null;
}

function Side({ run, picture, checkpoint, predicted }: SideProps): VNode {
  const { timeline, selection, results, strings, classValue } = useTimeline();
  const about = aboutOf(picture, timeline.method);
  const tensor = layerOfRun(run, selection.layer)?.tensor ?? '';
  const layer = about && resultOf(results, checkpoint.id, about)?.layers.get(tensor);
  return (
    <span class="flip-side">
      {picture.picture && <LayerOverlay picture={picture.picture} grid={layer ? gridOfLayer(layer) : null} />}
      <span class="maps-note">{stepText(run.unit, checkpoint.step, strings)}</span>
      {predicted && (
        <span class="flip-label">
          {predicted.label} <span class="quiet number">{classValue(predicted)}</span>
        </span>
      )}
    </span>
  );
}
