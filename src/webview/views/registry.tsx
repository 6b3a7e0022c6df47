import type { FunctionComponent, VNode } from 'preact';
import type { ModelInfo } from '../../protocol/model.js';
import type { Subject } from '../../protocol/panel.js';
import type { PanelStrings } from '../../protocol/panelStrings.js';
import { useViewState } from '../state/useViewState.js';
import { WorkingNotice } from '../status/WorkingNotice.js';
import { ChannelView } from './channel/ChannelView.js';
import { CHANNEL_CHOICE } from './channel/choice.js';
import { CLASSES_CHOICE } from './classes/choice.js';
import { ClassesView } from './classes/ClassesView.js';
import { COMPARE_CHOICE } from './compare/compareChoice.js';
import { CompareView } from './compare/CompareView.js';
import { ExplainView } from './explain/ExplainView.js';
import { ExportMenu } from './explain/export/ExportMenu.js';
import { LOCALISATION_CHOICE } from './localisation/choice.js';
import { LocalisationView } from './localisation/LocalisationView.js';
import { SanityView } from './sanity/SanityView.js';
import { SELECTIVITY_CHOICE, SelectivityView } from './selectivity/SelectivityView.js';
import type { ChoiceShape, ShownProps, ViewProps } from './shared/view.js';

/** All that the rest of the page knows of a view. */
export interface View {
  /** Kept over versions of the page. */
  readonly id: string;
  readonly title: keyof PanelStrings;
  /** Whether it shows the head's method; the others choose methods of their own. */
  readonly hasMethod: boolean;
  /** What is shown of it in the head; the other views have their export in their bar. */
  readonly Actions: FunctionComponent | null;
  /** null where there is too little for the view to be of use. */
  readonly show: (subject: Subject | null) => VNode | null;
}

/** What is shown at first, and while there is nothing that another view could show. */
export const FIRST_VIEW: View = {
  id: 'explain',
  title: 'viewExplain',
  hasMethod: true,
  Actions: ExportMenu,
  show: (subject) => <ExplainView subject={subject} />,
};

/** The views, in the order of their tabs. */
export const VIEWS: readonly View[] = [
  FIRST_VIEW,
  row('compare', 'viewCompare', false, choosing('compare', COMPARE_CHOICE, CompareView)),
  row('selectivity', 'viewSelectivity', false, choosing('selectivity', SELECTIVITY_CHOICE, SelectivityView)),
  row(
    'localisation',
    'viewLocalisation',
    false,
    choosing('localisation', LOCALISATION_CHOICE, LocalisationView),
  ),
  row('classes', 'viewClasses', true, choosing('classes', CLASSES_CHOICE, ClassesView)),
  row('channel', 'viewChannel', true, choosing('channel', CHANNEL_CHOICE, ChannelView)),
  row('sanity', 'viewSanity', true, SanityView),
];

/** The views that have something to show of a model: they are about layers, which one of dense layers alone has none of. */
export function viewsFor(model: ModelInfo | null): readonly View[] {
  return model?.layers.length === 0 ? [FIRST_VIEW] : VIEWS;
}

/** @param id as it was kept; of a view that is not there, the first one */
export function viewOf(id: string | null, model: ModelInfo | null): View {
  return viewsFor(model).find((view) => view.id === id) ?? FIRST_VIEW;
}

/** A view that reads picture, model and explanation. */
function row(
  id: string,
  title: keyof PanelStrings,
  hasMethod: boolean,
  Component: FunctionComponent<ShownProps>,
): View {
  return {
    id,
    title,
    hasMethod,
    Actions: null,
    show: (subject) => {
      const { model, picture, explanation } = subject ?? {};
      if (!model || !picture || !explanation) return null;
      return (
        <>
          <Component model={model} picture={picture} explanation={explanation} />
          <WorkingNotice />
        </>
      );
    },
  };
}

/** With what is chosen for a view and kept. */
function choosing<T>(
  id: string,
  { schema, initial }: ChoiceShape<T>,
  Component: FunctionComponent<ViewProps<T>>,
): FunctionComponent<ShownProps> {
  return (props) => {
    const [choice, choose] = useViewState(id, schema, initial);
    return <Component {...props} choice={choice} choose={choose} />;
  };
}
