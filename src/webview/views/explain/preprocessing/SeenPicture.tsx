import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Picture } from '../../../../protocol/explanation.js';
import { fill } from '../../../common/format.js';
import { usePage } from '../../../state/page.js';

/** The picture as it is fed to the model, for who asks for it. */
export function SeenPicture({ seen }: { readonly seen: NonNullable<Picture['seen']> }): VNode {
  const { strings } = usePage();
  const [shown, setShown] = useState(false);
  return (
    <>
      <button
        type="button"
        class="link"
        aria-pressed={shown}
        title={strings.asModelSeesHint}
        onClick={() => {
          setShown(!shown);
        }}
      >
        {strings.asModelSees}
      </button>
      {shown && <SeenCanvas seen={seen} />}
    </>
  );
}

function SeenCanvas({ seen }: { readonly seen: NonNullable<Picture['seen']> }): VNode {
  const { strings } = usePage();
  const ref = useRef<HTMLCanvasElement>(null);
  const { width, height, rgba } = seen;
  useLayoutEffect(() => {
    ref.current?.getContext('2d')?.putImageData(new ImageData(Uint8ClampedArray.from(rgba), width), 0, 0);
  }, [rgba, width]);
  return (
    <canvas
      ref={ref}
      class="seen"
      width={width}
      height={height}
      role="img"
      aria-label={fill(strings.seenPicture, { width, height })}
    />
  );
}
