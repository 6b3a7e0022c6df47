import type { VNode } from 'preact';
import { shareText } from '../common/format.js';
import { IconButton } from '../common/IconButton.js';
import { useFrame } from '../state/frame.js';
import type { Zooming } from './useZoom.js';
import { ZOOM_STEP } from './zoom.js';

/** How large the picture is, in a corner over it. */
export function ZoomButtons({ zooming }: { readonly zooming: Zooming }): VNode {
  const { strings, percent } = useFrame();
  const share = shareText(zooming.share, percent);
  return (
    <div class="zoom" role="group" aria-label={strings.zoom}>
      <IconButton
        icon="minus"
        label={strings.zoomOut}
        onClick={() => {
          zooming.enlarge(1 / ZOOM_STEP);
        }}
      />
      <span class="zoom-share" role="status" title={strings.zoomHint}>
        {share}
      </span>
      <IconButton
        icon="plus"
        label={strings.zoomIn}
        onClick={() => {
          zooming.enlarge(ZOOM_STEP);
        }}
      />
      <button type="button" class="link" title={strings.fitHint} onClick={zooming.fit}>
        {strings.fitPicture}
      </button>
      <button type="button" class="link" title={strings.fullSizeHint} onClick={zooming.full}>
        {strings.fullSize}
      </button>
    </div>
  );
}
