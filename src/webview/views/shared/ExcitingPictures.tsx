import type { VNode } from 'preact';
import { fill } from '../../common/format.js';
import { IconButton } from '../../common/IconButton.js';
import { usePage } from '../../state/page.js';

export interface ExcitingPicturesProps {
  readonly tensor: string;
  readonly channel: number;
}

/** Asks for the pictures that excite a channel, as a report of an evaluation knows them. */
export function ExcitingPictures({ tensor, channel }: ExcitingPicturesProps): VNode {
  const { strings, post } = usePage();
  return (
    <IconButton
      icon="image"
      label={fill(strings.excitingPictures, { channel })}
      onClick={() => {
        post({ type: 'excitingPictures', tensor, channel });
      }}
    />
  );
}
