import type { TargetedPointerEvent, VNode } from 'preact';
import { useRef } from 'preact/hooks';
import { formatValue } from '../../../protocol/numbers.js';
import { lineClass } from '../../common/lineClass.js';
import { ticksBetween } from '../../common/ticks.js';
import { useTimeline } from '../state/timeline.js';
import { stepText } from '../stepText.js';
import { thinned } from '../values/steps.js';
import type { Line, Plot, Point } from './plots.js';

const MOST_NUMBERS = 6;
const MOST_POINTS = 40;
/** Of the plot's height, in percent: numbers nearer than this would touch. */
const TICK_HEIGHT = 12;

export interface CurveProps {
  readonly plot: Plot;
  /** The checkpoint chosen. */
  readonly step: number;
}

/** One quantity by step, on a true scale; a click chooses the nearest checkpoint. */
export function Curve({ plot, step }: CurveProps): VNode {
  const { timeline, selection, choose, strings } = useTimeline();
  const area = useRef<HTMLDivElement>(null);
  const { steps, pinned } = selection;
  const [first = 0, last = 0] = [steps[0], steps.at(-1)];
  const [low, high] = plot.range;
  const x = (at: number): number => (last > first ? (100 * (at - first)) / (last - first) : 50);
  const y = (value: number): number => (100 * (high - value)) / (high - low);
  const pathOf = ({ points }: Line): string =>
    points.map((point, i) => `${i === 0 ? 'M' : 'L'}${x(point.step)} ${y(point.value)}`).join('');
  const inner = ticksBetween(low, high, 3);
  const isFree = (end: number): boolean => inner.every((tick) => Math.abs(y(tick) - y(end)) > TICK_HEIGHT);
  const ticks = [...inner, ...[low, high].filter(isFree)];
  const unit = timeline.runs[0]?.unit ?? 'step';
  const name = stepText(unit, step, strings);
  const onPointerDown = ({ clientX }: TargetedPointerEvent<HTMLElement>): void => {
    const box = area.current?.getBoundingClientRect();
    if (!box || box.width === 0) return;
    const at = first + ((clientX - box.left) / box.width) * (last - first);
    const nearest = [...steps].sort((a, b) => Math.abs(a - at) - Math.abs(b - at))[0];
    if (nearest !== undefined) choose({ step: nearest });
  };
  return (
    <figure class="curve">
      <figcaption title={plot.hint ?? undefined}>{plot.title}</figcaption>
      <div class="curve-box" role="img" aria-label={`${plot.title}. ${summaryOf(plot, step, name)}`}>
        <div ref={area} class="plot-area curve-area" onPointerDown={onPointerDown}>
          <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
            {ticks.map((tick) => (
              <path key={tick} class={tick === 0 ? 'plot-grid zero' : 'plot-grid'} d={`M0 ${y(tick)}H100`} />
            ))}
            {pinned !== null && <path class="curve-pinned" d={`M${x(pinned)} 0V100`} />}
            <path class="curve-now" d={`M${x(step)} 0V100`} />
            {plot.lines.map((line, index) => (
              <path key={line.name} class={lineClass(index)} d={pathOf(line)} />
            ))}
          </svg>
          {plot.lines.map((line, index) =>
            pointsOf(line, step).map((point) => (
              <span
                key={`${line.name} ${point.step}`}
                class={`line-point curve-point ${lineClass(index)}${point.open ? ' open' : ''}${point.step === step ? ' now' : ''}`}
                style={{ left: `${x(point.step)}%`, top: `${y(point.value)}%` }}
                title={point.title}
              />
            )),
          )}
          {ticks.map((tick) => (
            <span key={tick} class="plot-tick" style={{ top: `${y(tick)}%` }}>
              {formatValue(tick)}
            </span>
          ))}
          {thinned(steps, MOST_NUMBERS).map((at) => (
            <span
              key={at}
              class={at === step ? 'curve-step now' : 'curve-step'}
              style={{ left: `${x(at)}%` }}
            >
              {at}
            </span>
          ))}
        </div>
      </div>
      {plot.lines.length > 1 && (
        <p class="curve-key">
          {plot.lines.map(({ name: line }, index) => (
            <span key={line}>
              <svg class="line-key" viewBox="0 0 24 8" aria-hidden="true">
                <path class={lineClass(index)} d="M0 4H24" />
              </svg>
              {line}
            </span>
          ))}
        </p>
      )}
    </figure>
  );
}

/** All points where they can be told apart, else that of the checkpoint chosen. */
function pointsOf({ points }: Line, step: number): readonly Point[] {
  return points.length > MOST_POINTS ? points.filter((point) => point.step === step) : points;
}

/** What the plot says at the checkpoint chosen, for those who do not see it. */
function summaryOf({ lines }: Plot, step: number, name: string): string {
  return lines
    .map((line) => {
      const point = line.points.find((one) => one.step === step);
      return point ? [line.name, point.title].filter(Boolean).join(' ') : `${line.name} ${name}: –`;
    })
    .join('; ');
}
