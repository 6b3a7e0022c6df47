import path, { type PlatformPath } from 'node:path';
import picomatch from 'picomatch';

import { PREPROCESSING_FIELDS, type Preprocessing } from '../../protocol/model.js';
import type { ModelSettings } from '../../protocol/modelSettings.js';

/** The value of the setting `relevanceCam.models`: what the user says of models, by glob. */
export type SettingsByGlob = Readonly<Record<string, ModelSettings>>;

/**
 * What the setting says of one model: the entries of all globs that match, later ones over earlier ones, and over
 * them the entry that names the model itself.
 * @param key the model's path as `relevanceCam.models` names it, see `modelKey`
 */
export function settingsFor(key: string, byGlob: SettingsByGlob): ModelSettings {
  let settings: ModelSettings = {};
  for (const [glob, some] of Object.entries(byGlob)) {
    if (glob !== key && matches(glob, key)) settings = { ...settings, ...some };
  }
  return { ...settings, ...byGlob[key] };
}

/**
 * The path of a model in the workspace relative to its folder, of any other the absolute one; with `/`.
 * @param on the system that the paths are of
 */
export function modelKey(model: string, folder: string | undefined, on: PlatformPath = path): string {
  const way = folder === undefined ? model : on.relative(folder, model);
  const isOutside = on.isAbsolute(way) || way.split(on.sep)[0] === '..';
  return (isOutside ? model : way).replaceAll(on.sep, '/');
}

/** `byGlob` with `preprocessing` as the model's own, or without any of its own; whatever else is said of it stays. */
export function withPreprocessing(
  byGlob: SettingsByGlob,
  key: string,
  preprocessing: Preprocessing | null,
): SettingsByGlob {
  const { [key]: own = {}, ...others } = byGlob;
  const kept = Object.entries(own).filter(([name]) => !(name in PREPROCESSING_FIELDS));
  const settings: ModelSettings = { ...Object.fromEntries(kept), ...preprocessing };
  return Object.keys(settings).length === 0 ? others : { ...others, [key]: settings };
}

/** As in `files.exclude`, except that a glob without a slash also means the file's name alone. */
function matches(glob: string, key: string): boolean {
  return picomatch.isMatch(key, glob, { basename: !glob.includes('/'), dot: true });
}
