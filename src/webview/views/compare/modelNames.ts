import { baseName } from '../../../protocol/fileNames.js';
import { fileOfModel } from '../../../protocol/model.js';
import type { KnownSubject } from '../../state/pageState.js';

/** What tells the files of two models apart, as short as it can be said. */
export function modelNames(first: KnownSubject, second: KnownSubject | null): readonly [string, string] {
  const [one = [], other = []] = [first, second].map((subject) => fileOf(subject).split(/[\\/]/));
  const most = Math.max(one.length, other.length);
  for (let parts = 1; parts < most; parts++) {
    const [name, otherName] = [one.slice(-parts).join('/'), other.slice(-parts).join('/')];
    if (name !== otherName) return [name, otherName];
  }
  return [baseName(one.join('/')), baseName(other.join('/'))];
}

function fileOf(subject: KnownSubject | null): string {
  const { model = null, own = null } = subject ?? {};
  if (model) return fileOfModel(model);
  return own?.weights?.file ?? own?.model ?? '';
}
