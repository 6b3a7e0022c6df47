import { dirname, join, sep } from 'node:path';
import { DOMParser, MIME_TYPE, onErrorStopParsing, type Element } from '@xmldom/xmldom';
import type { ClassNames } from '../../labels/classNames.js';
import { XML_FOLDERS, type Region } from '../../protocol/annotations.js';
import type { AnnotationsRequest } from '../../protocol/engineApi.js';
import { fail } from '../failure.js';
import { readTextIfPresent, reasonOf } from '../files.js';
import { regionOf, stemOf, type MarkedBox } from './regions.js';

/** The boxes in the first of the places where an XML file of the picture's name is kept. @throws cannotRead, badAnnotations */
export async function boxesFromXml(
  request: AnnotationsRequest,
  classes: ClassNames,
): Promise<readonly Region[]> {
  for (const folder of foldersFor(dirname(request.path))) {
    const file = join(folder, `${stemOf(request.path)}.xml`);
    const text = await readTextIfPresent(file);
    if (text === null) continue;
    return parseBoxesXml(text, file, request).map((box) => regionOf(box, file, request, classes));
  }
  return [];
}

/** Beside the picture, in a folder for annotations there or beside its folder, or where ImageNet has it. */
function foldersFor(folder: string): readonly string[] {
  const parts = folder.split(sep);
  const data = parts.lastIndexOf('Data');
  return [
    folder,
    ...XML_FOLDERS.map((name) => join(folder, name)),
    ...XML_FOLDERS.map((name) => join(dirname(folder), name)),
    // ILSVRC/Data/CLS-LOC/val/x.JPEG and ILSVRC/Annotations/CLS-LOC/val/x.xml
    ...(data >= 0 ? [parts.with(data, 'Annotations').join(sep)] : []),
  ];
}

/**
 * The boxes as Pascal VOC and ImageNet write them: `<object>` with `<name>` and `<bndbox>`.
 * Where `<size>` tells of another size than the picture's, they are scaled to the picture.
 * @param size of the picture, in pixels
 * @throws badAnnotations
 */
export function parseBoxesXml(
  text: string,
  file: string,
  size: { readonly width: number; readonly height: number },
): readonly MarkedBox[] {
  const root = rootOf(text, file);
  const meant = childOf(root, 'size');
  const scaleX = scaleTo(size.width, numberIn(meant, 'width'));
  const scaleY = scaleTo(size.height, numberIn(meant, 'height'));
  return childrenOf(root, 'object').map((object, index) => {
    const box = childOf(object, 'bndbox');
    const [left, top] = [numberIn(box, 'xmin'), numberIn(box, 'ymin')];
    const width = numberIn(box, 'xmax') - left;
    const height = numberIn(box, 'ymax') - top;
    if (!(width > 0 && height > 0))
      throw fail('badAnnotations', { file, reason: `object ${index + 1} has no box with an extent` });
    return {
      name: childOf(object, 'name')?.textContent?.trim() ?? '',
      box: { x: left * scaleX, y: top * scaleY, width: width * scaleX, height: height * scaleY },
    };
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

function scaleTo(size: number, meant: number): number {
  return meant > 0 ? size / meant : 1;
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
