import type { VNode } from 'preact';
import { METHOD_FACTS, METHODS } from '../../../protocol/methods.js';
import { MethodButton } from '../../head/MethodButton.js';
import { ExportButton } from '../export/ExportButton.js';
import { useTimeline } from '../state/timeline.js';
import { LayerButton } from './LayerButton.js';
import { PictureButton } from './PictureButton.js';
import { RunButton } from './RunButton.js';
import { TargetButton } from './TargetButton.js';

/** A forward pass for every channel of every checkpoint would take as long as the training. */
const QUICK_METHODS = METHODS.filter((method) => !METHOD_FACTS[method].perChannel);

/** Which runs; which picture, class and layer are explained how. */
export function TimelineHead(): VNode {
  const { timeline, selection, strings, post } = useTimeline();
  const { runs, pictures, method } = timeline;
  return (
    <header class="head">
      <h1 class="spoken">{strings.timelineTitle}</h1>
      <div class="head-runs">
        {runs.map((run) => (
          <RunButton key={run.id} run={run} />
        ))}
        <button
          type="button"
          class="link"
          onClick={() => {
            post({ type: 'addRun' });
          }}
        >
          {strings.timelineAddRun}
        </button>
      </div>
      <div class="head-choices">
        {pictures.length > 0 && <PictureButton />}
        {selection.picture?.target && (
          <TargetButton picture={selection.picture} target={selection.picture.target} />
        )}
        {selection.layer !== null && <LayerButton layer={selection.layer} />}
        <MethodButton method={method} methods={QUICK_METHODS} />
        <ExportButton />
      </div>
    </header>
  );
}
