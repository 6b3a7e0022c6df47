import type { ComponentChildren, VNode } from 'preact';
import { FigureButton, type FigureButtonProps } from '../../figure/FigureButton.js';
import type { Results } from '../../state/useResults.js';
import { NeedNotice } from '../../status/NeedNotice.js';

export interface ViewBarProps extends FigureButtonProps {
  readonly results: Results;
  /** What is chosen for the view. */
  readonly children: ComponentChildren;
}

/** Above a view: what is chosen for it, how what it lacks fares and, always in the corner, its export. */
export function ViewBar({ results, children, ...figure }: ViewBarProps): VNode {
  return (
    <div class="view-bar">
      <div class="view-controls">
        {children}
        <NeedNotice status={results.status} onCancel={results.cancel} onRetry={results.retry} />
      </div>
      <FigureButton {...figure} />
    </div>
  );
}
