import type { RefObject, TargetedKeyboardEvent, VNode } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useElementSize } from '../common/useElementSize.js';
import { usePage } from '../state/page.js';
import { subjectOf } from '../state/pageState.js';
import { FilmstripItem } from './FilmstripItem.js';
import type { Strip } from '../state/strip.js';
import { inSight, itemAfter, scrollTo } from './window.js';

/** Width of a picture with the gap beside it, in pixels; the style sheet says the same. */
const ITEM = 84;

/** The folder's pictures in a row, where there are several and they are to be shown. */
export function Filmstrip(): VNode | null {
  const { state } = usePage();
  const { strip } = state;
  const name = subjectOf(state)?.image.name ?? '';
  if (!strip.isShown || strip.pictures.length < 2) return null;
  return <Films strip={strip} current={strip.pictures.indexOf(name)} />;
}

interface FilmsProps {
  readonly strip: Strip;
  /** Place of the picture that is explained; −1 where it is not there any more. */
  readonly current: number;
}

/** Only what is in sight is drawn: one tab stop, in which arrow keys go from picture to picture and Enter explains one. */
function Films({ strip, current }: FilmsProps): VNode {
  const { pictures, thumbnails, judgements, isCalled } = strip;
  const { strings, post, dispatch } = usePage();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const { width } = useElementSize(list);
  const [scroll, setScroll] = useState(0);
  const [active, setActive] = useState(current);
  useLayoutEffect(() => {
    setActive(current);
  }, [current]);
  useLayoutEffect(() => {
    if (!isCalled) return;
    list.current?.focus();
    dispatch({ type: 'filmstripReached' });
  }, [isCalled, dispatch]);
  useInSight(list, current, width);
  const { first, end } = inSight(scroll, width, ITEM, pictures.length);
  const shown = width > 0 ? pictures.slice(first, end) : [];
  useThumbnails(shown, thumbnails);

  const show = (index: number): void => {
    const name = pictures[index];
    if (name !== undefined && index !== current) post({ type: 'showPicture', name });
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const to = itemAfter(event.key, active, pictures.length, Math.max(1, Math.floor(width / ITEM)));
    if (to !== null) {
      setActive(to);
      bringIntoSight(list.current, to);
    } else if (event.key === 'Enter' || event.key === ' ') show(active);
    else return;
    event.preventDefault();
  };
  const isDrawn = active >= first && active < end;
  return (
    <nav class="filmstrip-place" aria-label={strings.filmstrip}>
      <div
        ref={list}
        class="filmstrip"
        role="listbox"
        tabIndex={0}
        aria-label={strings.filmstrip}
        aria-description={strings.filmstripHint}
        aria-orientation="horizontal"
        aria-activedescendant={isDrawn ? `${id}-${active}` : undefined}
        onScroll={({ currentTarget }) => {
          setScroll(currentTarget.scrollLeft);
        }}
        onKeyDown={onKeyDown}
      >
        <div class="filmstrip-length" role="none" style={{ width: `${pictures.length * ITEM}px` }}>
          {shown.map((name, place) => {
            const index = first + place;
            return (
              <FilmstripItem
                key={name}
                id={`${id}-${index}`}
                name={name}
                index={index}
                count={pictures.length}
                left={index * ITEM}
                thumbnail={thumbnails.get(name)}
                judgement={judgements.get(name) ?? null}
                isCurrent={index === current}
                isActive={index === active}
                onShow={() => {
                  show(index);
                }}
              />
            );
          })}
        </div>
      </div>
    </nav>
  );
}

/** The picture that is explained stays in sight. */
function useInSight(list: RefObject<HTMLElement | null>, current: number, width: number): void {
  useLayoutEffect(() => {
    if (current >= 0 && width > 0) bringIntoSight(list.current, current);
  }, [list, current, width]);
}

function bringIntoSight(list: HTMLElement | null, index: number): void {
  if (list) list.scrollLeft = scrollTo(index, list.scrollLeft, list.clientWidth, ITEM);
}

/** Asks for what is in sight and lacks its thumbnail. */
function useThumbnails(shown: readonly string[], thumbnails: Strip['thumbnails']): void {
  const { post } = usePage();
  // A thumbnail that came is no reason to ask again for the others, so the effect below must not depend on these.
  const latestRef = useRef({ shown, thumbnails, post });
  useEffect(() => {
    latestRef.current = { shown, thumbnails, post };
  });
  const key = JSON.stringify(shown);
  useEffect(() => {
    const { shown: inView, thumbnails: known, post: send } = latestRef.current;
    const names = inView.filter((name) => !known.has(name));
    if (names.length > 0) send({ type: 'thumbnails', names });
  }, [key]);
}
