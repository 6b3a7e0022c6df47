import type { FunctionComponent, VNode } from 'preact';
import { baseName } from '../../protocol/fileNames.js';
import { fileOfModel, type ModelInfo } from '../../protocol/model.js';
import type { Subject } from '../../protocol/panel.js';
import { methodsFor } from '../../protocol/pixels.js';
import { fill } from '../common/format.js';
import { Icon } from '../common/icons.js';
import { usePage } from '../state/page.js';
import { isBusy } from '../state/pageState.js';
import { ClassButton } from './ClassButton.js';
import { MethodButton } from './MethodButton.js';
import { PictureSteps } from './PictureSteps.js';

export interface HeadProps {
  readonly subject: Subject;
  readonly view: {
    /** Whether it shows the method chosen here. */
    readonly hasMethod: boolean;
    /** What it adds. */
    readonly Actions: FunctionComponent | null;
  };
}

/** Which picture, which model, which class and, where the view shows it, which method; what the view adds. */
export function Head({ subject, view: { hasMethod, Actions } }: HeadProps): VNode {
  const { image, place, model, explanation, status } = subject;
  // Without a model there is a whole page about that.
  const isWorking = isBusy(subject) || status.kind === 'noModel';
  return (
    <header class="head">
      <h1 class="head-image" title={image.path}>
        {image.name}
      </h1>
      {place && place.count > 1 && <PictureSteps place={place} />}
      {(model ?? !isWorking) && <ModelButton model={model} />}
      {explanation && (
        <div class="head-choices">
          {model && <ClassButton model={model} explanation={explanation} />}
          {model && hasMethod && <MethodButton method={explanation.method} methods={methodsFor(model)} />}
          {Actions && <Actions />}
        </div>
      )}
    </header>
  );
}

/** @param model null where none could be opened */
function ModelButton({ model }: { readonly model: ModelInfo | null }): VNode {
  const { strings, post } = usePage();
  const name = model === null ? strings.chooseModel : baseName(fileOfModel(model));
  const files = model && [...new Set([fileOfModel(model), model.path])];
  return (
    <button
      type="button"
      class="pick-button"
      title={files ? [fill(strings.changeModel, { model: name }), ...files].join('\n') : undefined}
      onClick={() => {
        post({ type: 'chooseModel' });
      }}
    >
      <span class="pick-text">{name}</span>
      <Icon name="chevronDown" />
    </button>
  );
}
