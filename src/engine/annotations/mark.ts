import type { Rectangle } from '../../protocol/explanation.js';

/** What a file says of a picture. */
export interface Mark {
  /** Path of the file. */
  readonly file: string;
  /** Of what: a text is what the file calls it, a number a class's; null for whatever the picture shows. */
  readonly name: string | number | null;
  /** Where; null where only the class is said. */
  readonly shape: MarkShape | null;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export type MarkShape =
  | {
      readonly kind: 'box';
      readonly box: Rectangle;
      /** The size of the picture that the file means; null for the picture's own. */
      readonly of: Size | null;
    }
  /** What is read only when somebody wants to see it. */
  | {
      readonly kind: 'outline';
      /** In a unit of the file's own; 0 where it is not known. */
      readonly area: number;
      /** @throws cannotRead, badAnnotations; for pictures, what `readPicture` throws */
      readonly read: () => Promise<Outline>;
    };

export type Outline = Polygons | Mask;

/** Each is filled by the even–odd rule; what lies in any of them is marked. */
export interface Polygons {
  readonly kind: 'polygons';
  /** x, y, x, y, … of each. */
  readonly polygons: readonly (readonly number[])[];
  /** The size of the picture that the file means; null for the picture's own. */
  readonly of: Size | null;
}

/** Over the whole picture, whatever its size. */
export interface Mask extends Size {
  readonly kind: 'mask';
  /** Row by row; 0 outside. */
  readonly values: Uint8Array;
}

/** How much of the picture it covers, to be compared with others of its file; 0 where that is not known. */
export function areaOf({ shape }: Mark): number {
  if (shape === null) return 0;
  return shape.kind === 'box' ? shape.box.width * shape.box.height : shape.area;
}
