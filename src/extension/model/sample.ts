import { Uri, workspace } from 'vscode';

/** The embedded sample: a small model and pictures that it was trained for. */
export class Sample {
  readonly #folder: Uri;

  constructor(extensionUri: Uri) {
    this.#folder = Uri.joinPath(extensionUri, 'media', 'sample');
  }

  get model(): string {
    return Uri.joinPath(this.#folder, 'sample.onnx').fsPath;
  }

  /** Folder of the checkpoints of its training. */
  get checkpoints(): string {
    return Uri.joinPath(this.#folder, 'checkpoints').fsPath;
  }

  holds(file: Uri): boolean {
    return file.path.startsWith(`${this.#folder.path}/`);
  }

  async pictures(): Promise<Uri[]> {
    const folder = Uri.joinPath(this.#folder, 'pictures');
    const entries = await workspace.fs.readDirectory(folder);
    const names = entries.map(([name]) => name).filter((name) => name.endsWith('.png'));
    return names.sort().map((name) => Uri.joinPath(folder, name));
  }
}
