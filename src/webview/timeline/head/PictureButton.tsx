import type { VNode } from 'preact';
import { fill } from '../../common/format.js';
import { PickButton } from '../../common/PickButton.js';
import { closePopover } from '../../common/Popover.js';
import { TextSearch } from '../../common/TextSearch.js';
import { useTimeline } from '../state/timeline.js';

/** The picture shown; opens a search over all of them, and lets others come and go. */
export function PictureButton(): VNode {
  const { selection, strings } = useTimeline();
  const name = selection.picture?.name ?? '';
  return (
    <PickButton
      popup="dialog"
      label={fill(strings.timelinePictureButton, { picture: name })}
      caption={strings.timelinePicture}
      text={name}
    >
      <PictureSearch />
    </PickButton>
  );
}

function PictureSearch(): VNode {
  const { timeline, selection, choose, strings, post } = useTimeline();
  const { picture } = selection;
  return (
    <>
      <TextSearch
        label={strings.timelineSearchPictures}
        listLabel={strings.timelineRowPictures}
        options={timeline.pictures.map(({ path, name, target }) => ({
          id: path,
          text: name,
          value: target?.label ?? '',
        }))}
        chosen={picture?.path ?? null}
        noMatch={strings.timelineNoPictureMatches}
        onPick={(path) => {
          choose({ picture: path });
        }}
      />
      <button
        type="button"
        class="popover-foot link"
        onClick={({ currentTarget }) => {
          closePopover(currentTarget);
          post({ type: 'addPictures' });
        }}
      >
        {strings.timelineAddPictures}
      </button>
      {picture && (
        <button
          type="button"
          class="popover-foot link"
          onClick={({ currentTarget }) => {
            closePopover(currentTarget);
            post({ type: 'removePicture', picture: picture.id });
          }}
        >
          {fill(strings.timelineRemovePicture, { picture: picture.name })}
        </button>
      )}
    </>
  );
}
