import type { VNode } from 'preact';
import { fill } from '../../common/format.js';
import { Section } from '../../common/Section.js';
import { Segmented } from '../../common/Segmented.js';
import { useTimeline } from '../state/timeline.js';
import { MOST_COLUMNS } from '../state/wanted.js';
import { thinned } from '../values/steps.js';
import { rowsOf } from './rows.js';
import { RunGrid } from './RunGrid.js';

/** Checkpoints from left to right; layers of one picture, or pictures at one layer, from top to bottom. */
export function Maps(): VNode {
  const page = useTimeline();
  const { timeline, selection, choice, choose, strings } = page;
  const { steps, step } = selection;
  const columns = thinned(steps, MOST_COLUMNS);
  const rest = fill(strings.timelineThinned, { shown: columns.length, count: steps.length });
  return (
    <Section
      title={strings.timelineMaps}
      note={
        <Segmented
          label={strings.timelineRows}
          value={choice.rows}
          options={[
            { value: 'layers', text: strings.timelineRowLayers, hint: strings.timelineRowLayersHint },
            { value: 'pictures', text: strings.timelineRowPictures, hint: strings.timelineRowPicturesHint },
          ]}
          onChange={(rows) => {
            choose({ rows });
          }}
        />
      }
    >
      {columns.length < steps.length && <p class="maps-note quiet">{rest}</p>}
      {timeline.runs.map((run) => (
        <RunGrid
          key={run.id}
          run={run}
          columns={columns}
          rows={rowsOf(run, step ?? 0, page)}
          isNamed={timeline.runs.length > 1}
        />
      ))}
    </Section>
  );
}
