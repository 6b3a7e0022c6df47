import { basename, dirname, join, sep } from 'node:path';
import { Disposable, RelativePattern, Uri, workspace } from 'vscode';

import { LABEL_FOLDER } from '../../protocol/annotations.js';
import { FOLDERS, mayMark } from './marking.js';

/** A file is written in several steps; one change is reported when it has been quiet for this long. */
const QUIET_MS = 300;

/** Calls back when a file, or a file that continues its name (the `.data` beside an `.onnx`), changes on disk. */
export function watchFile(path: string, onChange: () => void): Disposable {
  return watchFiles([path], onChange);
}

/** Watches the files of one model at a time. */
export class ModelWatch {
  readonly #onChange: () => void;
  #files: readonly string[] = [];
  #watch: Disposable | undefined;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** @param files the model's own first; of a model that is watched already, those that are known */
  watch(files: readonly string[]): void {
    if (files[0] === this.#files[0] && files.every((file) => this.#files.includes(file))) return;
    this.#watch?.dispose();
    this.#watch = watchFiles(files, this.#onChange);
    this.#files = files;
  }

  dispose(): void {
    this.#watch?.dispose();
  }
}

/** Watches one picture at a time: its file, and what may mark something in it. */
export class PictureWatch {
  readonly #onChange: () => void;
  readonly #onMarks: () => void;
  #watch: Disposable | undefined;

  constructor(onChange: () => void, onMarks: () => void) {
    this.#onChange = onChange;
    this.#onMarks = onMarks;
  }

  watch(picture: string): void {
    this.#watch?.dispose();
    this.#watch = Disposable.from(
      watchFiles([picture], this.#onChange),
      watchAnnotations(picture, this.#onMarks),
    );
  }

  dispose(): void {
    this.#watch?.dispose();
  }
}

function watchFiles(paths: readonly string[], onChange: () => void): Disposable {
  const isMeant = (file: string): boolean => paths.some((path) => basename(file).startsWith(basename(path)));
  const folders = new Set(paths.map((path) => dirname(path)));
  // What is deleted is about to be written anew; if not, nothing could be shown anyway.
  return watchFolders([...folders], isMeant, onChange, { deletions: false });
}

/** Calls back when what may mark something in a picture appears, changes or goes: files of its own, or about many pictures. */
function watchAnnotations(picture: string, onChange: () => void): Disposable {
  const isMeant = (file: string): boolean => mayMark(picture, file);
  return watchFolders(annotationFolders(dirname(picture)), isMeant, onChange, { deletions: true });
}

/** Where the engine looks for annotations of the pictures of a folder. */
function annotationFolders(folder: string): readonly string[] {
  const above = [folder, dirname(folder), dirname(dirname(folder))];
  const beside = above.flatMap((parent) => FOLDERS.map((name) => join(parent, name)));
  const apart = [...swapped(folder, 'Data', 'Annotations'), ...swapped(folder, 'images', LABEL_FOLDER)];
  return [...new Set([...above, ...beside, ...apart])];
}

/** The folder of the same place in a data set that keeps annotations apart from pictures. */
function swapped(folder: string, pictures: string, annotations: string): readonly string[] {
  const parts = folder.split(sep);
  const place = parts.lastIndexOf(pictures);
  return place >= 0 ? [parts.with(place, annotations).join(sep)] : [];
}

/** Watches folders, not what is in their folders, since a file's name may hold characters that a glob would not take literally. */
function watchFolders(
  folders: readonly string[],
  isMeant: (file: string) => boolean,
  onChange: () => void,
  { deletions }: { readonly deletions: boolean },
): Disposable {
  let quiet: NodeJS.Timeout | undefined;
  const changed = (file: Uri): void => {
    if (!isMeant(file.fsPath)) return;
    clearTimeout(quiet);
    quiet = setTimeout(onChange, QUIET_MS);
  };
  const watchers = folders.map((folder) => {
    const pattern = new RelativePattern(Uri.file(folder), '*');
    const watcher = workspace.createFileSystemWatcher(pattern, false, false, !deletions);
    const { onDidChange, onDidCreate, onDidDelete } = watcher;
    return Disposable.from(watcher, onDidChange(changed), onDidCreate(changed), onDidDelete(changed));
  });
  const stopQuiet = new Disposable(() => {
    clearTimeout(quiet);
  });
  return Disposable.from(...watchers, stopQuiet);
}
