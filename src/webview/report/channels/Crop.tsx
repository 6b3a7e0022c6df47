import type { CSSProperties, VNode } from 'preact';
import type { SeenPicture } from '../../../evaluation/channels/excited.js';
import type { Rectangle } from '../../../protocol/explanation.js';
import { Icon } from '../../common/icons.js';
import { useAddress } from '../pictures/useAddress.js';
import { useReport } from '../state/report.js';
import type { ExcitedPart } from './excitedPart.js';

export interface CropProps {
  readonly picture: SeenPicture;
  readonly excited: ExcitedPart;
}

/** Parts of fewer pixels are drawn as pixels: there is nothing between them. */
const FEW_PIXELS = 40;

/** A part of a picture in a square cell, and the place in it that is meant; a sign where the picture cannot be shown. */
export function Crop({ picture, excited: { part, mark } }: CropProps): VNode {
  const { report } = useReport();
  const { address, onError } = useAddress(picture.file);
  if (address === null)
    return (
      <span class="report-crop missing">
        <Icon name="image" />
      </span>
    );
  const longer = Math.max(part.width, part.height);
  const classes = [
    'report-crop-picture',
    ...(longer < FEW_PIXELS ? ['few'] : []),
    ...(report.model.preprocessing.orientation ? [] : ['as-stored']),
  ];
  return (
    <span class="report-crop">
      <span class="report-crop-part" style={sizeIn({ width: longer, height: longer }, part)}>
        <img
          class={classes.join(' ')}
          style={placeIn(part, { x: 0, y: 0, width: picture.width, height: picture.height })}
          src={address}
          alt=""
          loading="lazy"
          decoding="async"
          onError={onError}
        />
        {mark && <span class="report-crop-mark" style={placeIn(part, mark)} />}
      </span>
    </span>
  );
}

function sizeIn(of: Pick<Rectangle, 'width' | 'height'>, size: Pick<Rectangle, 'width' | 'height'>) {
  return {
    width: `${(100 * size.width) / of.width}%`,
    height: `${(100 * size.height) / of.height}%`,
  } satisfies CSSProperties;
}

function placeIn(of: Rectangle, place: Rectangle): CSSProperties {
  return {
    ...sizeIn(of, place),
    left: `${(100 * (place.x - of.x)) / of.width}%`,
    top: `${(100 * (place.y - of.y)) / of.height}%`,
  };
}
