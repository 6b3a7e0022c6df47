import type { VNode } from 'preact';
import { isCorrect } from '../../../evaluation/counted.js';
import { metricText } from '../../../evaluation/export/numbers.js';
import type { Ranked } from '../../../evaluation/extremes.js';
import { fill } from '../../common/format.js';
import { useReport } from '../state/report.js';
import { Picture } from './Picture.js';
import type { ShownCell } from './shownCell.js';

export interface PictureCardProps {
  readonly ranked: Ranked;
  readonly shown: ShownCell;
}

/** A picture with its value; a click explains it as it was evaluated. */
export function PictureCard({ ranked: { picture, value }, shown }: PictureCardProps): VNode {
  const { strings, alone, post } = useReport();
  const { metric, method, layer } = shown;
  const text = metricText(value, metric);
  const { file, target } = picture;
  const card = (
    <>
      <Picture file={file} />
      <span class="report-value">{text}</span>
      <span class="report-file" title={file}>
        {file.slice(file.lastIndexOf('/') + 1)}
      </span>
      <ClassText picture={picture} />
    </>
  );
  if (alone) return <div class="report-card">{card}</div>;
  return (
    <button
      type="button"
      class="report-card"
      title={fill(strings.reportExplain, { file, value: text })}
      onClick={() => {
        post({ type: 'explain', picture: { file, target, method, tensor: layer.tensor } });
      }}
    >
      {card}
    </button>
  );
}

function ClassText({ picture }: { readonly picture: Ranked['picture'] }): VNode {
  const { nameOf, strings, percent } = useReport();
  const { predicted, probability, expected } = picture;
  const name = nameOf(predicted);
  const said = probability === null ? name : `${name} ${percent(probability)}`;
  const [first] = expected;
  const text =
    first === undefined || isCorrect(picture)
      ? said
      : fill(strings.reportTaken, { expected: nameOf(first), predicted: said });
  return (
    <span class="report-class" title={text}>
      {text}
    </span>
  );
}
