import type { VNode } from 'preact';
import { regionsFor } from '../../../heatmap/iou.js';
import { usePage } from '../../state/page.js';
import { subjectOf } from '../../state/pageState.js';
import { Checkbox } from '../../toolkit/index.js';
import { markedHint } from '../shared/markedText.js';

/** What is drawn of the picture besides the map, as far as there is a choice. */
export function FramingControls(): VNode | null {
  const { state, strings, dispatch } = usePage();
  const { picture, annotations, explanation } = subjectOf(state) ?? {};
  const { marks, cropOnly } = state.framing;
  if (!picture || !explanation) return null;
  const { crop, width, height } = picture;
  const all = annotations?.regions ?? [];
  const { index, label } = explanation.target;
  return (
    <>
      {all.length > 0 && (
        <Checkbox
          checked={marks}
          title={markedHint(all, regionsFor(all, index), label, strings, strings.markedNoneOfClass)}
          onChange={(checked) => {
            dispatch({ type: 'framing', change: { marks: checked } });
          }}
        >
          {strings.marks}
        </Checkbox>
      )}
      {(crop.width < width || crop.height < height) && (
        <Checkbox
          checked={cropOnly}
          title={strings.cropOnlyHint}
          onChange={(checked) => {
            dispatch({ type: 'framing', change: { cropOnly: checked } });
          }}
        >
          {strings.cropOnly}
        </Checkbox>
      )}
    </>
  );
}
