import type { VNode } from 'preact';
import type { FolderPlace } from '../../protocol/panel.js';
import { IconButton } from '../common/IconButton.js';
import { usePage } from '../state/page.js';

/** The ways to the pictures beside this one in its folder. */
export function PictureSteps({ place: { place, count } }: { readonly place: FolderPlace }): VNode {
  const { strings, post } = usePage();
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
    </div>
  );
}
