import { dirname, join, sep } from 'node:path';
import { DOMParser, MIME_TYPE, onErrorStopParsing, type Element } from '@xmldom/xmldom';
import { ANNOTATION_FOLDERS } from '../../../protocol/annotations.js';
import { fail } from '../../failure.js';
import { readTextIfPresent } from '../../files.js';
import { reasonOf } from '../../../protocol/reasons.js';
import type { Mark, Size } from '../mark.js';
import { stemOf } from '../stem.js';
import type { Format } from './format.js';

/** Boxes in an XML file of the picture's name, as Pascal VOC and ImageNet write them. */
export const voc: Format = {
  endings: ['.xml'],
  folders: (picture) => foldersFor(dirname(picture)),
  files: (listing, picture) => [`${stemOf(picture)}.xml`].filter((name) => listing.has(name)),
  read: async (file, picture) => {
    const text = stemOf(file) === stemOf(picture) ? await readTextIfPresent(file) : null;
    return text === null ? [] : parseVoc(text, file);
  },
};

/** Beside the picture, in a folder for annotations there or beside its folder, or where ImageNet has it. */
function foldersFor(folder: string): readonly string[] {
  const parts = folder.split(sep);
  const data = parts.lastIndexOf('Data');
  return [
    folder,
    ...ANNOTATION_FOLDERS.map((name) => join(folder, name)),
    ...ANNOTATION_FOLDERS.map((name) => join(dirname(folder), name)),
    // ILSVRC/Data/CLS-LOC/val/x.JPEG and ILSVRC/Annotations/CLS-LOC/val/x.xml
    ...(data >= 0 ? [parts.with(data, 'Annotations').join(sep)] : []),
  ];
}

/**
 * The boxes: `<object>` with `<name>` and `<bndbox>`, in pixels of a picture of the `<size>` that is told.
 * @throws badAnnotations
 */
function parseVoc(text: string, file: string): readonly Mark[] {
  const root = rootOf(text, file);
  const of = sizeIn(childOf(root, 'size'));
  return childrenOf(root, 'object').map((object, index) => {
    const edges = childOf(object, 'bndbox');
    const [x, y] = [numberIn(edges, 'xmin'), numberIn(edges, 'ymin')];
    const box = { x, y, width: numberIn(edges, 'xmax') - x, height: numberIn(edges, 'ymax') - y };
    if (!(box.width > 0 && box.height > 0))
      throw fail('badAnnotations', { file, reason: `object ${index + 1} has no box with an extent` });
    const name = childOf(object, 'name')?.textContent?.trim() ?? '';
    return { file, name, shape: { kind: 'box', box, of } };
  });
}

function rootOf(text: string, file: string): Element | null {
  try {
    const parser = new DOMParser({ onError: onErrorStopParsing });
    return parser.parseFromString(text, MIME_TYPE.XML_TEXT).documentElement;
  } catch (cause) {
    throw fail('badAnnotations', { file, reason: `it is no XML (${reasonOf(cause)})` }, cause);
  }
}

/** null where it is not told: some programs write zeros. */
function sizeIn(element: Element | null): Size | null {
  const [width, height] = [numberIn(element, 'width'), numberIn(element, 'height')];
  return width > 0 && height > 0 ? { width, height } : null;
}

/** NaN where there is no number. */
function numberIn(parent: Element | null, name: string): number {
  return Number.parseFloat(childOf(parent, name)?.textContent ?? '');
}

function childOf(parent: Element | null, name: string): Element | null {
  const [first] = childrenOf(parent, name);
  return first ?? null;
}

/** Children only: the parts of an object (VOC's heads and hands) have boxes of their own. */
function childrenOf(parent: Element | null, name: string): readonly Element[] {
  return [...(parent?.children ?? [])].filter(({ tagName }) => tagName === name);
}
