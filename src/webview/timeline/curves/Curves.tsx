import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { METHOD_FACTS } from '../../../protocol/methods.js';
import { Section } from '../../common/Section.js';
import { useTimeline } from '../state/timeline.js';
import { Curve } from './Curve.js';
import { plotsOf } from './plots.js';
import { TopStrip } from './TopStrip.js';
import { seriesOfRun } from './runSeries.js';
import { ValuesTable } from './ValuesTable.js';

/** The numbers of the picture and the layer chosen, over the training. */
export function Curves({ step }: { readonly step: number }): VNode | null {
  const { timeline, selection, results, strings, percent } = useTimeline();
  const { runs, method } = timeline;
  const series = useMemo(
    () => runs.map((run) => seriesOfRun(run, { selection, results })),
    [runs, selection, results],
  );
  const { picture, layer, pinned } = selection;
  const label = picture?.target?.label ?? '';
  const plots = plotsOf({ series, method, label, pinned, strings, percent });
  if (plots.length === 0) return null;
  return (
    <Section title={strings.timelineCurves} note={[picture?.name, layer].filter(Boolean).join(' · ')}>
      <div class="curves">
        {plots.map((plot) => (
          <Curve key={plot.title} plot={plot} step={step} />
        ))}
        {METHOD_FACTS[method].weighsChannels && <TopStrip series={series} step={step} />}
      </div>
      <ValuesTable series={series} />
    </Section>
  );
}
