import type { Marks } from '../../protocol/annotations.js';
import type { Rectangle } from '../../protocol/explanation.js';
import { beyondPath, endsAt, OUTLINE, outlinePath } from '../../heatmap/outline.js';

type Drawing = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

export interface MarksPlace {
  /** Where the model's input lies. */
  readonly crop: Rectangle;
  /** All of the picture that is drawn. */
  readonly shown: Rectangle;
  /** Width of a line. */
  readonly line: number;
}

/** Outlines what is marked in a picture. */
export function drawMarks(context: Drawing, marks: Marks, { crop, shown, line }: MarksPlace): void {
  context.save();
  context.beginPath();
  context.rect(shown.x, shown.y, shown.width, shown.height);
  context.clip();
  context.lineJoin = 'round';
  context.lineCap = 'round';
  stroke(context, new Path2D(outlinePath(marks, crop)), line);
  if (endsAt(crop, shown)) {
    context.setLineDash([4 * line, 4 * line]);
    stroke(context, new Path2D(beyondPath(marks, crop)), line);
  }
  context.restore();
}

function stroke(context: Drawing, path: Path2D, line: number): void {
  context.lineWidth = 2 * line;
  context.strokeStyle = OUTLINE.below;
  context.stroke(path);
  context.lineWidth = line;
  context.strokeStyle = OUTLINE.color;
  context.stroke(path);
}
