import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Picture } from '../../../../protocol/explanation.js';
import { isCut, type Preprocessing, type PreprocessingSource } from '../../../../protocol/model.js';
import type { PanelStrings } from '../../../../protocol/panelStrings.js';
import { formatValue } from '../../../../protocol/numbers.js';
import { fill } from '../../../common/format.js';
import { Icon } from '../../../common/icons.js';
import { Section } from '../../../common/Section.js';
import { usePage } from '../../../state/page.js';
import { PreprocessingForm } from './PreprocessingForm.js';
import { SeenPicture } from './SeenPicture.js';
import { normalizationOf } from './summary.js';

export interface PreprocessingSectionProps {
  readonly value: Preprocessing;
  readonly source: PreprocessingSource;
  /** What the model gets, where it does not look as the picture does. */
  readonly seen: Picture['seen'];
}

/** How the picture became the model's input, in one line; in a form where it is to be changed. */
export function PreprocessingSection({ value, source, seen }: PreprocessingSectionProps): VNode {
  const { strings, post } = usePage();
  const [editing, setEditing] = useState(false);
  return (
    <Section
      title={strings.preprocessing}
      note={
        <button
          type="button"
          class="icon-button small"
          aria-expanded={editing}
          aria-label={strings.editPreprocessing}
          title={strings.editPreprocessing}
          onClick={() => {
            setEditing(!editing);
          }}
        >
          <Icon name="pencil" />
        </button>
      }
    >
      <p class="summary">{summaryOf(value, strings)}</p>
      <p class="quiet">{sourceText(source, strings)}</p>
      {editing && (
        <PreprocessingForm
          key={JSON.stringify(value)}
          value={value}
          onClose={() => {
            setEditing(false);
          }}
        />
      )}
      <button
        type="button"
        class="link"
        title={strings.checkHint}
        onClick={() => {
          post({ type: 'checkPreprocessing' });
        }}
      >
        {strings.checkPreprocessing}
      </button>
      {seen && <SeenPicture seen={seen} />}
    </Section>
  );
}

function summaryOf(value: Preprocessing, strings: PanelStrings): string {
  const size = { resize: value.resize, width: value.inputWidth, height: value.inputHeight };
  return [
    fill(fitText(value, strings), size),
    normalizationText(value, strings),
    value.channelOrder === 'grey' ? strings.channelGrey : value.channelOrder,
  ].join(' · ');
}

function fitText(value: Preprocessing, strings: PanelStrings): string {
  if (value.fit === 'crop') return strings.summaryCrop;
  if (value.fit === 'cut') return strings.summaryCut;
  if (value.fit === 'letterbox') return strings.summaryLetterbox;
  return isCut(value) ? strings.summarySquashCrop : strings.summarySquash;
}

function normalizationText(value: Preprocessing, strings: PanelStrings): string {
  const found = normalizationOf(value);
  switch (found.kind) {
    case 'imageNet':
      return strings.normImageNet;
    case 'caffe':
      return strings.normCaffe;
    case 'range':
      return fill(strings.normRange, { low: formatValue(found.low), high: formatValue(found.high) });
    case 'custom':
      return fill(strings.normCustom, {
        mean: value.mean.map(formatValue).join(', '),
        std: value.std.map(formatValue).join(', '),
      });
  }
}

function sourceText(source: PreprocessingSource, strings: PanelStrings): string {
  switch (source) {
    case 'setting':
      return strings.sourceSetting;
    case 'model file':
      return strings.sourceModelFile;
    case 'file beside the model':
      return strings.sourceFile;
    case 'model':
      return strings.sourceModel;
  }
}
