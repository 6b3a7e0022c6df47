import type { VNode } from 'preact';
import type { FolderPlace } from '../../protocol/panel.js';
import { fill } from '../common/format.js';
import { IconButton } from '../common/IconButton.js';
import { usePage } from '../state/page.js';
import { subjectOf } from '../state/pageState.js';

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

/** Says which picture is shown whenever another one is. */
export function PictureSpoken(): VNode {
  const { state, strings } = usePage();
  const { image, place } = subjectOf(state) ?? { image: null, place: null };
  return (
    <div class="spoken" aria-live="polite">
      {image && place && fill(strings.announcePicture, { name: image.name, ...place })}
    </div>
  );
}
