import type { ModelInfo } from '../protocol/model.js';
import { ClassNames } from '../labels/classNames.js';
import { CommandError } from './messages.js';

const SUGGESTIONS = 5;

/**
 * The index of the class that the user named.
 * @throws CommandError where no class or several have the name
 */
export function selectClass({ labels, path }: Pick<ModelInfo, 'labels' | 'path'>, wanted: string): number {
  const found = new ClassNames(labels).named(wanted);
  const [first] = found;
  if (first === undefined) {
    const similar = similarTo(wanted, labels).slice(0, SUGGESTIONS);
    const hint = similar.length > 0 ? ` Similar ones: ${list(labels, similar)}.` : '';
    throw new CommandError(`${wanted} is not a class of ${path}, which has ${labels.length} classes.${hint}`);
  }
  if (found.length > 1)
    throw new CommandError(`Several classes are called ${wanted}: ${list(labels, found)}. Give the index.`);
  return first;
}

function similarTo(wanted: string, labels: readonly string[]): readonly number[] {
  const part = wanted.trim().toLowerCase();
  return labels.flatMap((label, index) => (label.toLowerCase().includes(part) ? [index] : []));
}

function list(labels: readonly string[], indices: readonly number[]): string {
  return indices.map((index) => `${labels[index] ?? ''} (${index})`).join(', ');
}
