import type { VNode } from 'preact';
import { METHOD_FACTS } from '../../../protocol/methods.js';
import { formatValue } from '../../../protocol/numbers.js';
import { fill } from '../../common/format.js';
import { useReport, type Report } from '../state/report.js';

/** With what the numbers were made, so that somebody else can make them again. */
export function Settings(): VNode {
  const page = useReport();
  const { strings } = page;
  return (
    <details class="report-settings">
      <summary>{strings.reportSettings}</summary>
      <dl>
        {settingsOf(page).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function settingsOf({ report, strings, count }: Report): readonly (readonly [string, string])[] {
  const { model, plan, program } = report;
  const { inputWidth: width, inputHeight: height, channelOrder: order, mean, std } = model.preprocessing;
  const found = count(plan.found);
  const drawn =
    plan.limit === null
      ? fill(strings.reportDrawnAll, { found })
      : fill(strings.reportDrawnSome, {
          count: count(Math.min(plan.limit, plan.found)),
          found,
          seed: plan.seed,
        });
  const list = (values: readonly number[]): string => values.map(formatValue).join(', ');
  return [
    [strings.reportModel, model.file],
    [strings.reportModelHash, model.sha256],
    [
      strings.reportInput,
      fill(strings.reportInputText, { width, height, order, mean: list(mean), std: list(std) }),
    ],
    [strings.reportFolder, plan.root],
    [
      strings.reportDrawn,
      plan.shard === null ? drawn : `${drawn}; ${fill(strings.reportPart, { ...plan.shard })}`,
    ],
    [strings.reportSources, plan.sources.join(', ') || strings.reportSourcesBeside],
    [strings.reportCounted, plan.onlyCorrect ? strings.reportCountedCorrect : strings.reportCountedAll],
    [strings.methods, plan.methods.map((method) => METHOD_FACTS[method].label).join(', ')],
    [strings.reportLayers, plan.layers.map(({ label }) => label).join(', ')],
    [strings.reportProgram, `Relevance-CAM ${program}`],
  ];
}
