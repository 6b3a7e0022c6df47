import type { TargetedKeyboardEvent, VNode } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { Explanation } from '../../../protocol/explanation.js';
import { METHOD_FACTS } from '../../../protocol/methods.js';
import type { LayerInfo, ModelInfo } from '../../../protocol/model.js';
import { breakable } from '../../common/breakable.js';
import { fill } from '../../common/format.js';
import { Thumbnail } from '../../common/Thumbnail.js';
import { useElementSize } from '../../common/useElementSize.js';
import { depthStages, stageName } from '../../../protocol/depthStages.js';
import { nodeOfTensor } from '../../../protocol/layerNodes.js';
import { usePage } from '../../state/page.js';
import { gridOf, layerOf, scaleOf } from '../../state/selectors.js';

export interface DepthStripProps {
  readonly model: ModelInfo;
  readonly explanation: Explanation;
}

type StageLayer = Pick<LayerInfo, 'tensor' | 'height' | 'width'>;

/** One map per stage of the model, from shallow to deep. */
export function DepthStrip({ model, explanation }: DepthStripProps): VNode {
  const { state, strings, dispatch, post } = usePage();
  const list = useRef<HTMLDivElement>(null);
  const { width } = useElementSize(list);
  const { perChannel } = METHOD_FACTS[explanation.method];
  // The maps of a method that takes a pass a channel come one by one.
  const stages = useMemo(
    () => depthStages<StageLayer>(model.tree, perChannel ? model.layers : explanation.layers),
    [model, explanation, perChannel],
  );
  const selected = stages.findIndex((stage) => stage.tensor === state.tensor);

  useLayoutEffect(() => {
    const stage = list.current?.children[selected];
    if (list.current && stage) bringIntoView(list.current, stage);
  }, [selected, width]);
  const choose = (stage: StageLayer | undefined): void => {
    if (!stage) return;
    dispatch({ type: 'layer', tensor: stage.tensor, path: null });
    post({ type: 'selectLayer', tensor: stage.tensor });
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>): void => {
    const last = stages.length - 1;
    const to = { ArrowRight: selected + 1, ArrowLeft: selected - 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    const index = Math.min(Math.max(to, 0), last);
    choose(stages[index]);
    list.current?.querySelectorAll<HTMLElement>('[role=option]')[index]?.focus();
    event.preventDefault();
  };
  return (
    <div class="depth">
      <span class="depth-end">{strings.shallow}</span>
      <div
        ref={list}
        class="depth-list"
        role="listbox"
        aria-label={strings.depthStrip}
        aria-orientation="horizontal"
        onKeyDown={onKeyDown}
      >
        {stages.map((stage, index) => {
          const node = nodeOfTensor(model.tree, stage.tensor);
          const size = fill(strings.layerSize, { height: stage.height, width: stage.width });
          const isInput = stage.tensor === model.input.name;
          const path = isInput ? strings.inputPixels : (node?.path ?? stage.tensor);
          const map = layerOf(state, stage.tensor);
          return (
            <div
              key={stage.tensor}
              class="depth-stage"
              role="option"
              tabIndex={index === Math.max(selected, 0) ? 0 : -1}
              aria-selected={index === selected}
              aria-label={`${path}, ${size}`}
              title={`${path} · ${size}`}
              onClick={() => {
                choose(stage);
              }}
            >
              {map ? (
                <Thumbnail grid={gridOf(map)} display={state.display} scale={scaleOf(state, map, null)} />
              ) : (
                <span class="thumbnail empty" />
              )}
              <span class="depth-name">{isInput ? strings.pixels : breakable(stageName(path))}</span>
            </div>
          );
        })}
      </div>
      <span class="depth-end">{strings.deep}</span>
      <button
        type="button"
        class="link depth-advice"
        title={strings.adviseLayerHint}
        onClick={() => {
          post({ type: 'adviseLayer' });
        }}
      >
        {strings.adviseLayer}
      </button>
    </div>
  );
}

/** Moves the strip only; scrollIntoView would move the page along where the columns are stacked. */
function bringIntoView(strip: Element, stage: Element): void {
  const [outer, inner] = [strip.getBoundingClientRect(), stage.getBoundingClientRect()];
  if (inner.left < outer.left) strip.scrollLeft -= outer.left - inner.left;
  if (inner.right > outer.right) strip.scrollLeft += inner.right - outer.right;
}
