import classes from '../../protocol/imagenetClasses.json';

const WORDNET_IDS = Object.keys(classes);
const IMAGENET_LABELS: readonly string[] = Object.values(classes);

/**
 * The class that a name means: its number, its label or one of the names that a label lists between commas, or a WordNet
 * id where the model has ImageNet's classes, with or without a class for the background before them; a number is then
 * ImageNet's own. null for none.
 */
export function classOf(name: string | number, labels: readonly string[]): number | null {
  if (typeof name === 'number') {
    const index = name + classesBeforeImagenet(labels);
    return index in labels ? index : null;
  }
  const id = WORDNET_IDS.indexOf(name);
  if (id >= 0) {
    const label = IMAGENET_LABELS[id] ?? '';
    const index = [id, id + 1].find((candidate) => labels[candidate] === label);
    return index ?? indexOfName(label, labels);
  }
  return indexOfName(name, labels);
}

/** 1 where the model has a class for the background before ImageNet's, as TensorFlow's models do; else 0. */
function classesBeforeImagenet(labels: readonly string[]): number {
  const shifted = IMAGENET_LABELS.every((label, index) => labels[index + 1] === label);
  return shifted ? 1 : 0;
}

function indexOfName(name: string, labels: readonly string[]): number | null {
  const wanted = plain(name);
  if (wanted === '') return null;
  const exact = labels.findIndex((label) => plain(label) === wanted);
  if (exact >= 0) return exact;
  const listed = labels.findIndex((label) => label.split(',').some((part) => plain(part) === wanted));
  return listed >= 0 ? listed : null;
}

/** File names and labels differ in case and in what stands for a space. */
function plain(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ');
}
