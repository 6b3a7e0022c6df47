/** Where in a line of a CSV something stands. */
export interface CsvHeader {
  /** How many fields a line has. */
  readonly width: number;
  readonly file: number;
  /** −1 where no class is said. */
  readonly name: number;
  /** Left, top, right and bottom edge; null where there are no boxes. */
  readonly edges: Places | null;
  /** Whether the last two of `edges` are the box's width and height instead. */
  readonly extents: boolean;
  /** Width and height of the picture that is meant. */
  readonly size: readonly [number, number] | null;
}

type Places = readonly [number, number, number, number];

/** Of a file without a header: `file,class` and `file,class,x0,y0,x1,y1`. */
export const PLAIN_CLASSES: CsvHeader = {
  width: 2,
  file: 0,
  name: 1,
  edges: null,
  extents: false,
  size: null,
};
export const PLAIN_BOXES: CsvHeader = { ...PLAIN_CLASSES, width: 6, edges: [2, 3, 4, 5] };

const FILE = [
  'file',
  'filename',
  'filepath',
  'image',
  'imageid',
  'imagename',
  'imagepath',
  'imagefile',
].concat(['img', 'imgpath', 'picture', 'path']);
const CLASS = ['class', 'classname', 'classindex', 'classid', 'classlabel', 'label', 'labelname'].concat(
  [
    'labelid',
    'labelindex',
    'category',
    'categoryname',
    'categoryid',
    'target',
    'synset',
    'wnid',
    'wordnetid',
  ],
  ['name', 'object'],
);

/** Left, top, right and bottom are called so, … */
const EDGES = [
  ['x0', 'y0', 'x1', 'y1'],
  ['x1', 'y1', 'x2', 'y2'],
  ['xmin', 'ymin', 'xmax', 'ymax'],
  ['left', 'top', 'right', 'bottom'],
] as const;

/** … left, top, width and height so. */
const EXTENTS = [
  ['x', 'y', 'w', 'h'],
  ['x', 'y', 'width', 'height'],
  ['xmin', 'ymin', 'w', 'h'],
  ['left', 'top', 'width', 'height'],
] as const;

const SIZES = [
  ['imagewidth', 'imageheight'],
  ['imgwidth', 'imgheight'],
  ['width', 'height'],
] as const;

/** What a first line says of the others; null where it is no header. */
export function headerOf(fields: readonly string[]): CsvHeader | null {
  const names = fields.map(plain);
  const placeOf = (name: string): number => names.indexOf(name);
  const file = firstPlace(FILE, placeOf);
  const name = firstPlace(CLASS, placeOf);
  const ends = EDGES.map((four) => placesOf(four, placeOf)).find((places) => places !== null) ?? null;
  const sides = EXTENTS.map((four) => placesOf(four, placeOf)).find((places) => places !== null) ?? null;
  const edges = ends ?? sides;
  if (file < 0 || (name < 0 && edges === null)) return null;
  const size = SIZES.map(([width, height]) => [placeOf(width), placeOf(height)] as const).find(
    ([width, height]) => width >= 0 && height >= 0 && edges?.includes(width) === false,
  );
  const extents = ends === null && sides !== null;
  return { width: fields.length, file, name, edges, extents, size: size ?? null };
}

/** Spellings differ in case and in what stands between words. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(/^(?:b?box|roi)(?=[xywhlrtb])/, '');
}

function firstPlace(names: readonly string[], placeOf: (name: string) => number): number {
  return names.map(placeOf).find((place) => place >= 0) ?? -1;
}

function placesOf(
  [a, b, c, d]: readonly [string, string, string, string],
  placeOf: (name: string) => number,
): Places | null {
  const places = [placeOf(a), placeOf(b), placeOf(c), placeOf(d)] as const;
  return places.every((place) => place >= 0) ? places : null;
}
