import * as v from 'valibot';
import type { Rectangle } from '../../../protocol/explanation.js';
import { reasonOf } from '../../../protocol/reasons.js';
import { fail } from '../../failure.js';
import type { Look } from '../look.js';
import type { Mark, MarkShape, Size } from '../mark.js';
import { PictureNames, type PictureIndex } from '../pictureIndex.js';
import { outlineAt } from './cocoOutline.js';
import { eachElement, type JsonElement } from './jsonElements.js';

const Id = v.union([v.number(), v.string()]);
const Side = v.nullish(v.number(), 0);

const Picture = v.object({ id: Id, file_name: v.string(), width: Side, height: Side });
const Category = v.object({ id: Id, name: v.string() });
const Annotation = v.object({
  image_id: Id,
  category_id: v.optional(Id),
  bbox: v.nullish(v.array(v.number()), []),
  area: v.nullish(v.number(), 0),
  segmentation: v.optional(v.unknown()),
});

type Id = v.InferOutput<typeof Id>;

/** An annotation without its outline, which stays in the file. */
interface Kept {
  readonly category: Id | undefined;
  /** null where it has no extent. */
  readonly box: Rectangle | null;
  readonly area: number;
  readonly hasOutline: boolean;
  readonly index: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * What a JSON of the form of COCO says: its `images` and `categories`, and where in the file each of its `annotations` is.
 * Another JSON says nothing.
 * @throws cannotRead, badAnnotations, cancelled
 */
export async function readCoco(file: string, breathe: Look['breathe']): Promise<PictureIndex> {
  const pictures = new Map<string, v.InferOutput<typeof Picture>[]>();
  const categories = new Map<Id, string>();
  const annotations = new Map<Id, Kept[]>();
  let size = 0;
  const take: Readonly<Record<string, (element: JsonElement) => void>> = {
    images: (element) => {
      const picture = parseElement(Picture, element, file);
      append(pictures, picture.file_name, picture);
    },
    categories: (element) => {
      const { id, name } = parseElement(Category, element, file);
      categories.set(id, name);
    },
    annotations: (element) => {
      const annotation = parseElement(Annotation, element, file);
      append(annotations, annotation.image_id, keptOf(annotation, element));
      size++;
    },
  };
  await eachElement(file, new Set(Object.keys(take)), (element) => take[element.key]?.(element), breathe);
  const marksOf = (name: string): readonly Mark[] =>
    (pictures.get(name) ?? []).flatMap((picture) => {
      const of = picture.width > 0 && picture.height > 0 ? picture : null;
      return (annotations.get(picture.id) ?? []).map((kept) => markOf(kept, of, categories, file));
    });
  // Captions have pictures and no categories.
  const known = categories.size > 0 ? pictures.keys() : [];
  return { size: size + pictures.size, pictures: new PictureNames(known), marksOf };
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

/** @throws badAnnotations */
function parseElement<S extends v.GenericSchema>(
  schema: S,
  { key, index, bytes }: JsonElement,
  file: string,
): v.InferOutput<S> {
  try {
    return v.parse(schema, JSON.parse(bytes.toString()));
  } catch (cause) {
    const reason = `entry ${index + 1} of "${key}" is wrong (${reasonOf(cause)})`;
    throw fail('badAnnotations', { file, reason }, cause);
  }
}

function keptOf(
  { category_id: category, bbox, area, segmentation }: v.InferOutput<typeof Annotation>,
  { index, offset, bytes }: JsonElement,
): Kept {
  const [x = NaN, y = NaN, width = NaN, height = NaN] = bbox;
  const box = width > 0 && height > 0 ? { x, y, width, height } : null;
  const hasOutline = Array.isArray(segmentation) ? segmentation.length > 0 : Boolean(segmentation);
  return {
    category,
    box,
    area: area > 0 ? area : box ? box.width * box.height : 0,
    hasOutline,
    index,
    offset,
    length: bytes.length,
  };
}

/** The outline, where there is one, since it is more exact than the box. @throws badAnnotations */
function markOf(kept: Kept, of: Size | null, categories: ReadonlyMap<Id, string>, file: string): Mark {
  const { category, box, area, hasOutline, index } = kept;
  const entry = `entry ${index + 1} of "annotations"`;
  const name = category === undefined ? undefined : categories.get(category);
  if (name === undefined)
    throw fail('badAnnotations', { file, reason: `${entry} is of no category that the file lists` });
  const outline: MarkShape = {
    kind: 'outline',
    area,
    read: () => Promise.resolve(outlineAt(file, kept, of, entry)),
  };
  if (hasOutline) return { file, name, shape: outline };
  if (box === null)
    throw fail('badAnnotations', {
      file,
      reason: `${entry} has neither a box with an extent nor an outline`,
    });
  return { file, name, shape: { kind: 'box', box, of } };
}
