import type { VNode } from 'preact';
import type { PanelSnapshot } from '../protocol/panel.js';
import { ClassButton } from './classes/ClassButton.js';
import { Icon } from './common/icons.js';
import { ExportMenu } from './export/ExportMenu.js';
import { fill } from './format.js';
import { MethodButton } from './methods/MethodButton.js';
import { usePage } from './page.js';

/** Which picture, which model, which class; export. */
export function Head({ snapshot }: { readonly snapshot: PanelSnapshot }): VNode {
  const { strings, post } = usePage();
  const { image, model, explanation } = snapshot;
  const modelName = model && baseName(model.path);
  return (
    <header class="head">
      <h1 class="head-image" title={image.path}>
        {image.name}
      </h1>
      {modelName && (
        <button
          type="button"
          class="pick-button"
          title={model.path}
          aria-label={fill(strings.changeModel, { model: modelName })}
          onClick={() => {
            post({ type: 'chooseModel' });
          }}
        >
          <span class="pick-text">{modelName}</span>
          <Icon name="chevronDown" />
        </button>
      )}
      <span class="head-space" />
      {model && explanation && <ClassButton model={model} explanation={explanation} />}
      {explanation && <MethodButton method={explanation.method} />}
      {explanation && <ExportMenu />}
    </header>
  );
}

function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
