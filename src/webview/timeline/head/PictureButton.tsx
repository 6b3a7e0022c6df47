import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Combobox } from '../../common/Combobox.js';
import { fill } from '../../common/format.js';
import { Icon } from '../../common/icons.js';
import { closePopover, Popover } from '../../common/Popover.js';
import { useTimeline } from '../state/timeline.js';

/** The picture shown; opens a search over all of them, and lets others come and go. */
export function PictureButton(): VNode {
  const { selection, strings } = useTimeline();
  const name = selection.picture?.name ?? '';
  return (
    <Popover
      popup="dialog"
      buttonClass="pick-button"
      label={fill(strings.timelinePictureButton, { picture: name })}
      button={
        <>
          <span class="quiet">{strings.timelinePicture}</span>
          <span class="pick-text">{name}</span>
          <Icon name="chevronDown" />
        </>
      }
    >
      <PictureSearch />
    </Popover>
  );
}

function PictureSearch(): VNode {
  const { timeline, selection, choose, strings, post } = useTimeline();
  const { pictures } = timeline;
  const [query, setQuery] = useState('');
  const wanted = query.trim().toLowerCase();
  const found = pictures.filter(({ name }) => name.toLowerCase().includes(wanted));
  const { picture } = selection;
  return (
    <>
      <Combobox
        label={strings.timelineSearchPictures}
        listLabel={strings.timelineRowPictures}
        query={query}
        onQuery={setQuery}
        options={found.map(({ path, name, target }) => ({
          id: path,
          text: name,
          value: target?.label ?? '',
        }))}
        chosen={picture?.path ?? null}
        start={Math.max(0, picture ? pictures.indexOf(picture) : 0)}
        onPick={(path) => {
          choose({ picture: path });
        }}
      >
        {found.length === 0 && (
          <p class="quiet padded" role="status">
            {fill(strings.timelineNoPictureMatches, { query })}
          </p>
        )}
      </Combobox>
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
