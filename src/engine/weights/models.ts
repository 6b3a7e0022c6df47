import type { State, StoredTensor } from './checkpoint.js';
import { byUnwrapped } from './names.js';
import { isAveraged } from './states.js';

/**
 * A state, and the networks in it where it holds several of one architecture side by side, as `student.` and `teacher.`: the
 * trained one first.
 */
export function withModels(state: State): readonly State[] {
  const groups = new Map<string, Map<string, StoredTensor>>();
  for (const [name, tensor] of byUnwrapped(state.tensors)) {
    const [path = ''] = name.split('.');
    groups.set(path, (groups.get(path) ?? new Map<string, StoredTensor>()).set(name, tensor));
  }
  const alike = new Map<string, State[]>();
  for (const [path, tensors] of groups) {
    if (tensors.size < 2) continue;
    const key = shapesOf(tensors, path);
    const entry = [state.entry, path].filter((part) => part !== null).join('.');
    alike.set(key, [...(alike.get(key) ?? []), { entry, tensors, within: state }]);
  }
  const models = [...alike.values()].filter(({ length }) => length > 1).flat();
  return [state, ...models.toSorted((a, b) => Number(isAveraged(a.entry)) - Number(isAveraged(b.entry)))];
}

function shapesOf(tensors: ReadonlyMap<string, StoredTensor>, path: string): string {
  return Array.from(tensors, ([name, { dims }]) => `${name.slice(path.length)} ${dims.join()}`)
    .sort()
    .join();
}
