import { basename, dirname } from 'node:path';
import { Disposable, RelativePattern, Uri, workspace } from 'vscode';

/** A file is written in several steps; one change is reported when it has been quiet for this long. */
const QUIET_MS = 300;

/**
 * Calls back when a file, or a file that continues its name (the `.data` beside an `.onnx`), changes on disk.
 * Watches the folder, since a file's name may hold characters that a glob would not take literally.
 */
export function watchFile(path: string, onChange: () => void): Disposable {
  const watcher = workspace.createFileSystemWatcher(new RelativePattern(Uri.file(dirname(path)), '*'));
  let quiet: NodeJS.Timeout | undefined;
  const changed = (file: Uri): void => {
    if (!basename(file.fsPath).startsWith(basename(path))) return;
    clearTimeout(quiet);
    quiet = setTimeout(onChange, QUIET_MS);
  };
  const stopQuiet = new Disposable(() => {
    clearTimeout(quiet);
  });
  return Disposable.from(watcher, watcher.onDidChange(changed), watcher.onDidCreate(changed), stopQuiet);
}
