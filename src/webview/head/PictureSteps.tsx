import type { VNode } from 'preact';
import type { FolderPlace } from '../../protocol/panel.js';
import { Icon } from '../common/icons.js';
import { IconButton } from '../common/IconButton.js';
import { usePage } from '../state/page.js';

/** The ways to the pictures beside this one in its folder. */
export function PictureSteps({ place: { place, count } }: { readonly place: FolderPlace }): VNode {
  const { state, strings, post } = usePage();
  const { isShown } = state.strip;
  return (
    <div class="picture-steps">
      <IconButton
        icon="chevronLeft"
        label={strings.pictureBefore}
        disabled={place === 1}
        onClick={() => {
          post({ type: 'stepPicture', by: -1 });
        }}
      />
      <span class="picture-place">{`${place}/${count}`}</span>
      <IconButton
        icon="chevronRight"
        label={strings.pictureAfter}
        disabled={place === count}
        onClick={() => {
          post({ type: 'stepPicture', by: 1 });
        }}
      />
      <button
        type="button"
        class="icon-button"
        aria-pressed={isShown}
        aria-label={strings.showFilmstrip}
        title={strings.showFilmstrip}
        onClick={() => {
          post({ type: 'showFilmstrip', isShown: !isShown });
        }}
      >
        <Icon name="filmstrip" />
      </button>
    </div>
  );
}
