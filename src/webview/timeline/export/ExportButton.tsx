import type { VNode } from 'preact';
import { METHOD_FACTS } from '../../../protocol/methods.js';
import { FigureButton } from '../../figure/FigureButton.js';
import { seriesOfRun } from '../curves/runSeries.js';
import { useTimeline } from '../state/timeline.js';
import { csvOf } from '../values/table.js';
import { timelineFigure } from './timelineFigure.js';

/** Saves the grid as a picture, and the numbers as a table. */
export function ExportButton(): VNode {
  const page = useTimeline();
  const { timeline, selection, strings, post } = page;
  const picture = selection.picture?.name ?? '';
  const layer = selection.layer ?? '';
  return (
    <FigureButton
      name="timeline"
      figure={() =>
        timelineFigure(page, {
          title: `${picture}: ${selection.picture?.target?.label ?? ''}`,
          subtitle: METHOD_FACTS[timeline.method].label,
        })
      }
      disabled={selection.step === null || selection.picture === null}
      more={[
        {
          text: strings.saveTable,
          act: () => {
            const tables = timeline.runs.map((run) => {
              const { values } = seriesOfRun(run, page);
              return { run: run.name, picture, layer, values };
            });
            post({ type: 'saveTable', name: 'timeline', csv: csvOf(tables) });
          },
        },
      ]}
    />
  );
}
