import type { MethodId } from '../../../protocol/methods.js';
import type { PanelStrings } from '../../../protocol/panelStrings.js';
import { formatValue } from '../../../protocol/numbers.js';
import { fill } from '../../common/format.js';
import type { StepValues } from '../values/series.js';
import { stepText } from '../stepText.js';
import type { RunSeries } from './runSeries.js';

export interface Point {
  readonly step: number;
  readonly value: number;
  /** Open points say that another class is predicted. */
  readonly open: boolean;
  readonly title: string;
}

export interface Line {
  readonly name: string;
  readonly points: readonly Point[];
}

/** One quantity over the training. */
export interface Plot {
  readonly title: string;
  readonly hint: string | null;
  /** Lowest and highest value of the axis. */
  readonly range: readonly [number, number];
  readonly lines: readonly Line[];
}

export interface PlotsOf {
  readonly series: readonly RunSeries[];
  readonly method: MethodId;
  /** Of the class explained. */
  readonly label: string;
  readonly pinned: number | null;
  readonly strings: PanelStrings;
  readonly percent: (fraction: number) => string;
}

/** What there is to plot; a quantity that no checkpoint has is left out. */
export function plotsOf({ series, method, label, pinned, strings, percent }: PlotsOf): readonly Plot[] {
  const lines = (
    value: (values: StepValues) => number | null,
    text: (value: number) => string,
    name?: string,
    isOpen: (values: StepValues) => boolean = () => false,
  ): readonly Line[] =>
    series.map(({ run, values }) => ({
      name: [...(series.length > 1 ? [run.name] : []), ...(name === undefined ? [] : [name])].join(', '),
      points: values.flatMap((one) => {
        const at = value(one);
        if (at === null) return [];
        const { step } = one.checkpoint;
        const title = `${stepText(run.unit, step, strings)}: ${text(at)} · ${one.predicted.label}`;
        return [{ step, value: at, open: isOpen(one), title }];
      }),
    }));
  const unit = series[0]?.run.unit ?? 'step';
  const settled = [
    ...lines(({ withLast }) => withLast, formatValue, strings.timelineWithLast),
    ...(pinned === null
      ? []
      : lines(
          ({ withPinned }) => withPinned,
          formatValue,
          fill(strings.timelineWithPinned, { step: stepText(unit, pinned, strings) }),
        )),
  ];
  const isOther = ({ predicted, target }: StepValues): boolean => predicted.index !== target.index;
  const probability = lines((one) => one.target.probability, percent, undefined, isOther);
  const logit = lines((one) => one.target.logit, formatValue, undefined, isOther);
  const conserved = method === 'lrp' ? lines((one) => one.relevanceSum, percent) : [];
  const hint = strings.timelineProbabilityHint;
  const plots: readonly Plot[] = [
    { title: fill(strings.timelineProbability, { label }), hint, range: [0, 1], lines: probability },
    { title: fill(strings.timelineLogit, { label }), hint, range: rangeOf(logit), lines: logit },
    {
      title: strings.timelineSettled,
      hint: strings.timelineSettledHint,
      range: [Math.min(0, rangeOf(settled)[0]), 1],
      lines: settled,
    },
    {
      title: strings.timelineHoyer,
      hint: strings.hoyerHint,
      range: [0, 1],
      lines: lines((one) => one.hoyer, formatValue),
    },
    {
      title: strings.timelineConserved,
      hint: strings.conservedHint,
      range: [0, Math.max(1, rangeOf(conserved)[1])],
      lines: conserved,
    },
    {
      title: strings.timelineIou,
      hint: strings.timelineIouHint,
      range: [0, 1],
      lines: lines((one) => one.iou, formatValue),
    },
  ];
  return plots.filter((plot) => plot.lines.some(({ points }) => points.length > 0));
}

/** From the lowest to the highest value, with zero; of no width it would be no axis. */
function rangeOf(lines: readonly Line[]): readonly [number, number] {
  const values = lines.flatMap(({ points }) => points.map(({ value }) => value));
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  return high > low ? [low, high] : [low, low + 1];
}
