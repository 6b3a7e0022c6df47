import { basename, dirname } from 'node:path';
import type { ClassNames } from '../../labels/classNames.js';

/**
 * The folders that are named after what their pictures show: those of which one beside them has the name of a class.
 * @param pictures paths
 */
export function classFolders(pictures: readonly string[], classes: ClassNames): ReadonlySet<string> {
  const folders = [...new Set(pictures.map((picture) => dirname(picture)))];
  const above = new Set(
    folders.filter((folder) => classes.only(basename(folder)) !== null).map((folder) => dirname(folder)),
  );
  return new Set(folders.filter((folder) => above.has(dirname(folder))));
}
