import type { VNode } from 'preact';
import { fill } from '../../common/format.js';
import { PickButton } from '../../common/PickButton.js';
import { PopoverFoot } from '../../common/Popover.js';
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
  const { timeline, selection, choose, strings, post, announce } = useTimeline();
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
      <PopoverFoot
        text={strings.timelineAddPictures}
        act={() => {
          post({ type: 'addPictures' });
        }}
      />
      {picture && (
        <PopoverFoot
          text={fill(strings.timelineRemovePicture, { picture: picture.name })}
          act={() => {
            post({ type: 'removePicture', picture: picture.id });
            announce(fill(strings.announceRemoved, { what: picture.name }));
          }}
        />
      )}
    </>
  );
}
