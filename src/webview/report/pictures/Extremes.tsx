import type { VNode } from 'preact';
import { ranked } from '../../../evaluation/extremes.js';
import { metricTitle } from '../../../evaluation/export/numbers.js';
import { METHOD_FACTS } from '../../../protocol/methods.js';
import { METRIC_FACTS } from '../../../protocol/metrics.js';
import { Section } from '../../common/Section.js';
import { useReport } from '../state/report.js';
import { bothEnds } from '../../../evaluation/bothEnds.js';
import { Picker } from './Picker.js';
import { PictureCard } from './PictureCard.js';
import { shownCell } from './shownCell.js';

/** Which pictures a mean is made of at both its ends, for one metric of one method at one layer. */
export function Extremes(): VNode | null {
  const { report, strings, choice, choose } = useReport();
  const shown = shownCell(report.plan, choice);
  if (!shown) return null;
  const { methods, layers, metrics } = report.plan;
  const { metric, method, layer, place } = shown;
  const { first, last } = bothEnds(ranked(report, place));
  const isJudged = METRIC_FACTS[metric].better !== null;
  const sides = [
    { title: isJudged ? strings.reportBestPictures : strings.reportHighestPictures, pictures: first },
    { title: isJudged ? strings.reportWorstPictures : strings.reportLowestPictures, pictures: last },
  ];
  return (
    <Section title={isJudged ? strings.reportExtremes : strings.reportExtremesUneven}>
      <div class="report-pickers">
        <Picker
          caption={strings.reportMetric}
          options={metrics.map((id) => ({ id, text: metricTitle(id, strings[id]) }))}
          chosen={metric}
          onPick={(id) => {
            choose({ metric: id });
          }}
        />
        <Picker
          caption={strings.method}
          options={methods.map((id) => ({ id, text: METHOD_FACTS[id].label }))}
          chosen={method}
          onPick={(id) => {
            choose({ method: id });
          }}
        />
        <Picker
          caption={strings.reportLayer}
          options={layers.map(({ tensor: id, label: text }) => ({ id, text }))}
          chosen={layer.tensor}
          onPick={(id) => {
            choose({ tensor: id });
          }}
        />
      </div>
      {first.length === 0 && <p class="quiet">{strings.reportNoExtremes}</p>}
      {sides.map(
        ({ title, pictures }) =>
          pictures.length > 0 && (
            <div key={title} class="report-side">
              <h3>{title}</h3>
              <ul class="report-cards">
                {pictures.map((one) => (
                  <li key={one.picture.file}>
                    <PictureCard ranked={one} shown={shown} />
                  </li>
                ))}
              </ul>
            </div>
          ),
      )}
    </Section>
  );
}
