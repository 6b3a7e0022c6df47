/** Names of the files that are written for a person. */

/** More of a class's label makes names longer than some systems take. */
const LONGEST = 60;

/** A name as part of a file name on every system; letters of every script remain. */
export function fileNameOf(name: string): string {
  return name.replace(/^\/+/, '').replace(/[^\p{L}\p{M}\p{N}_.-]+/gu, '_');
}

/** A path without its folders, whatever system it is of. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** What a file is about, as its name says it. */
export interface FileSubject {
  /** Path of the model's file, or of the checkpoint whose weights it has, whatever system it is of. */
  readonly model: string;
  /** Path of a layer in the model, e.g. `layer2/3/relu`; null for what is about several. */
  readonly layer: string | null;
  /** Label of the class; null for what is about several. */
  readonly label: string | null;
  readonly method: string | null;
}

/** Model, layer, class and method as a file name says them, after the picture's: `resnet50.layer2.3.relu.zebra.relevance-cam`. */
export function fileStem({ model, layer, label, method }: FileSubject): string {
  const parts = [
    baseName(model).replace(/\.onnx$/i, ''),
    layer?.replaceAll('/', '.'),
    label?.slice(0, LONGEST),
    method,
  ];
  return parts.flatMap((part) => (part ? fileNameOf(part).replace(/[._]+$/, '') : [])).join('.');
}
