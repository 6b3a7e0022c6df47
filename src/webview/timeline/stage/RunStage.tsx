import type { VNode } from 'preact';
import { gridOfLayer } from '../values/gridOfLayer.js';
import type { KnownRun } from '../state/pageState.js';
import { useTimeline } from '../state/timeline.js';
import { stepText } from '../stepText.js';
import { CheckpointFacts } from './CheckpointFacts.js';
import { DifferenceShot } from './DifferenceShot.js';
import { MapShot } from './MapShot.js';
import { useShown } from './useShown.js';

export interface RunStageProps {
  readonly run: KnownRun;
  readonly step: number;
  /** Whether the run's name has to be said. */
  readonly isNamed: boolean;
  /** The picture alone. */
  readonly bare: boolean;
}

/** One run at the step chosen: the map, its difference to another checkpoint's, and what belongs to them. */
export function RunStage({ run, step, isNamed, bare }: RunStageProps): VNode {
  const { selection, strings, working } = useTimeline();
  const { checkpoint, layer: info, result, state, other } = useShown(run, step);
  const picture = selection.picture?.picture ?? null;
  const layer = state.kind === 'known' ? state.layer : null;
  const title = checkpoint ? stepText(run.unit, checkpoint.step, strings) : strings.timelineNone;
  return (
    <div class="run-stage">
      {isNamed && <h3 class="run-name">{run.name}</h3>}
      <div class="run-shots">
        <MapShot {...{ title, state, checkpoint, info, picture, bare }} run={run.id} />
        <DifferenceShot
          unit={run.unit}
          grid={layer && gridOfLayer(layer)}
          isLoading={state.kind === 'loading' || (working && !other)}
          {...{ checkpoint, other, picture, bare }}
        />
      </div>
      {checkpoint && result && (
        <CheckpointFacts {...{ checkpoint, result, layer }} other={other?.layer ?? null} />
      )}
    </div>
  );
}
