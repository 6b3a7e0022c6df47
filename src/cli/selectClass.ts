import type { ModelInfo } from '../protocol/model.js';
import { CommandError } from './messages.js';

const SUGGESTIONS = 5;

/**
 * The index of the class that the user named by its index, its label or one of the label's synonyms, which commas
 * separate in many lists.
 * @throws CommandError where no class or several have the name
 */
export function selectClass({ labels, path }: Pick<ModelInfo, 'labels' | 'path'>, wanted: string): number {
  if (/^\d+$/.test(wanted) && Number(wanted) < labels.length) return Number(wanted);
  const name = wanted.trim().toLowerCase();
  const lower = labels.map((label) => label.toLowerCase());
  const whole = indicesWhere(lower, (label) => label === name);
  const found = whole.length > 0 ? whole : indicesWhere(lower, (label) => label.split(/,\s*/).includes(name));
  const [first] = found;
  if (first === undefined) {
    const similar = indicesWhere(lower, (label) => label.includes(name)).slice(0, SUGGESTIONS);
    const hint = similar.length > 0 ? ` Similar ones: ${list(labels, similar)}.` : '';
    throw new CommandError(`${wanted} is not a class of ${path}, which has ${labels.length} classes.${hint}`);
  }
  if (found.length > 1)
    throw new CommandError(`Several classes are called ${wanted}: ${list(labels, found)}. Give the index.`);
  return first;
}

function indicesWhere(labels: readonly string[], test: (label: string) => boolean): number[] {
  return labels.flatMap((label, index) => (test(label) ? [index] : []));
}

function list(labels: readonly string[], indices: readonly number[]): string {
  return indices.map((index) => `${labels[index] ?? ''} (${index})`).join(', ');
}
