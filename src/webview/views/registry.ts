import type { VNode } from 'preact';
import { VIEWS, type ViewId } from '../../protocol/panel.js';
import { ChannelView } from './channel/ChannelView.js';
import { ClassesView } from './classes/ClassesView.js';
import { CompareView } from './compare/CompareView.js';
import { LocalisationView } from './localisation/LocalisationView.js';
import { SelectivityView } from './selectivity/SelectivityView.js';
import type { ViewProps } from './shared/view.js';

/** The views beside the explanation itself. */
export const VIEW_COMPONENTS: Partial<Record<ViewId, (props: ViewProps) => VNode>> = {
  compare: CompareView,
  selectivity: SelectivityView,
  localisation: LocalisationView,
  classes: ClassesView,
  channel: ChannelView,
};

/** The views there are, in the order of their tabs. */
export const SHOWN_VIEWS: readonly ViewId[] = VIEWS.filter(
  (view) => view === 'explain' || VIEW_COMPONENTS[view] !== undefined,
);
