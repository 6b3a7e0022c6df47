import { readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

import { isMask } from '../../protocol/annotations.js';
import { compareNaturally } from '../../protocol/naturalOrder.js';
import type { FolderPlace, Subject } from '../../protocol/panel.js';
import { isPicture } from '../../protocol/picture.js';

export function imageOf(path: string): Subject['image'] {
  return { path, name: basename(path) };
}

/** Names of the pictures in a picture's folder; none where it cannot be read. */
export async function picturesBeside(picture: string): Promise<readonly string[]> {
  return picturesAmong(await readdir(dirname(picture)).catch(() => []));
}

/** The pictures among the files of a folder, in natural order. */
export function picturesAmong(names: readonly string[]): readonly string[] {
  return names
    .filter((name) => isPicture(name) && !isMask(name) && !name.startsWith('.'))
    .sort(compareNaturally);
}

/** null where it is not among them. */
export function placeOf(picture: string, pictures: readonly string[]): FolderPlace | null {
  const place = pictures.indexOf(basename(picture)) + 1;
  return place > 0 ? { place, count: pictures.length } : null;
}

/** The next picture, or with −1 the one before; also of one that is not there any more. null at the end. */
export function stepFrom(picture: string, by: 1 | -1, pictures: readonly string[]): string | null {
  const name = basename(picture);
  const beyond = pictures.filter((other) => by * compareNaturally(other, name) > 0);
  return beyond.at(by > 0 ? 0 : -1) ?? null;
}
