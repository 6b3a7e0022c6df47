import type { ComponentChildren, VNode } from 'preact';
import { fileStem, type FileSubject } from '../../../protocol/fileNames.js';
import { fileOfModel } from '../../../protocol/model.js';
import { FigureButton, type FigureButtonProps } from '../../figure/FigureButton.js';
import { usePage } from '../../state/page.js';
import { subjectOf } from '../../state/pageState.js';
import type { NeedState } from '../../state/useNeed.js';
import { NeedNotice } from '../../status/NeedNotice.js';
import type { Offer } from './offered.js';
import { OfferNotice } from './OfferNotice.js';

export interface ViewBarProps extends FigureButtonProps {
  /** How what the view lacks fares. */
  readonly results: NeedState;
  /** What the view would show if it were asked for. */
  readonly offer?: Offer | null;
  /** What the figure is about, besides picture and model, as its file's name says it. */
  readonly about: Omit<FileSubject, 'model'>;
  /** What is chosen for the view. */
  readonly children: ComponentChildren;
}

/** Above a view: what is chosen for it, how what it lacks fares and, always in the corner, its export. */
export function ViewBar({ results, offer = null, about, name, children, ...figure }: ViewBarProps): VNode {
  const info = subjectOf(usePage().state)?.model;
  const model = info ? fileOfModel(info) : '';
  return (
    <div class="view-bar">
      <div class="view-controls">
        {children}
        <NeedNotice status={results.status} onCancel={results.cancel} onRetry={results.retry} />
        {offer && <OfferNotice className="need-notice" offer={offer} />}
      </div>
      <FigureButton name={`${fileStem({ model, ...about })}.${name}`} {...figure} />
    </div>
  );
}
