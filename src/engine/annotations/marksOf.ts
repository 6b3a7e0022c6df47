import { stat } from 'node:fs/promises';
import type { EngineFailure } from '../../protocol/errors.js';
import { reasonOf } from '../../protocol/reasons.js';
import { EngineError, fail } from '../failure.js';
import type { Format } from './formats/format.js';
import { FORMATS } from './formats/table.js';
import type { Look } from './look.js';
import type { Mark } from './mark.js';

export interface Said {
  /** Of every place that was looked at. */
  readonly marks: readonly Mark[];
  /** Those with a shape, of the first place that has any. */
  readonly regions: readonly Mark[];
  /** The places that were looked at and say something or cannot be used … */
  readonly heard: readonly string[];
  /** … and those that say nothing. */
  readonly silent: readonly string[];
  /** One for every file that could not be used. */
  readonly failures: readonly EngineFailure[];
}

/** Files and folders that somebody names. */
export interface Sources {
  readonly files: readonly string[];
  readonly folders: readonly string[];
  /** Files that are of no format. */
  readonly foreign: readonly string[];
}

/** @throws cannotRead where there is nothing at one of the paths */
export async function sourcesAt(paths: readonly string[]): Promise<Sources> {
  const files: string[] = [];
  const folders: string[] = [];
  for (const path of paths)
    try {
      ((await stat(path)).isDirectory() ? folders : files).push(path);
    } catch (cause) {
      throw fail('cannotRead', { file: path, reason: reasonOf(cause) }, cause);
    }
  const isForeign = (file: string): boolean => FORMATS.every((format) => !concerns(format, file));
  return { files, folders, foreign: files.filter(isForeign) };
}

/**
 * What files say of a picture: those that somebody names before those in their usual places, the more exact format
 * before the coarser.
 * @param enough when to look no further
 * @throws cancelled
 */
export async function marksOf(
  picture: string,
  sources: Sources,
  look: Look,
  enough: (said: Said) => boolean,
): Promise<Said> {
  let said: Said = { marks: [], regions: [], heard: [], silent: [], failures: [] };
  for (const [format, place] of placesFor(picture, sources)) {
    if (enough(said)) return said;
    said = both(said, await readPlace(format, place, picture, look));
  }
  return said;
}

/** A folder, or a file that somebody names. */
interface Place {
  readonly path: string;
  readonly isFile: boolean;
}

function placesFor(picture: string, { files, folders }: Sources): readonly (readonly [Format, Place])[] {
  const named = FORMATS.flatMap((format) => [
    ...files
      .filter((file) => concerns(format, file))
      .map((path) => [format, { path, isFile: true }] as const),
    ...folders.map((path) => [format, { path, isFile: false }] as const),
  ]);
  const usual = FORMATS.flatMap((format) =>
    [...new Set(format.folders(picture))].map((path) => [format, { path, isFile: false }] as const),
  );
  return [...named, ...usual];
}

function concerns({ endings }: Format, file: string): boolean {
  return endings.some((ending) => file.toLowerCase().endsWith(ending));
}

async function readPlace(format: Format, place: Place, picture: string, look: Look): Promise<Said> {
  const marks: Mark[] = [];
  const failures: EngineFailure[] = [];
  for (const file of await filesOf(format, place, picture, look))
    try {
      marks.push(...(await format.read(file, picture, look)));
    } catch (error) {
      if (!(error instanceof EngineError) || error.failure.code === 'cancelled') throw error;
      failures.push(error.failure);
    }
  const regions = marks.filter(({ shape }) => shape !== null);
  const isSilent = marks.length === 0 && failures.length === 0;
  const [heard, silent] = isSilent ? [[], [place.path]] : [[place.path], []];
  return { marks, regions, heard, silent, failures };
}

async function filesOf(
  format: Format,
  place: Place,
  picture: string,
  look: Look,
): Promise<readonly string[]> {
  if (place.isFile) return [place.path];
  const listing = await look.list(place.path);
  return format.files(listing, picture).map((name) => listing.path(name));
}

function both(said: Said, more: Said): Said {
  return {
    marks: [...said.marks, ...more.marks],
    regions: said.regions.length > 0 ? said.regions : more.regions,
    heard: [...said.heard, ...more.heard],
    silent: [...said.silent, ...more.silent],
    failures: [...said.failures, ...more.failures],
  };
}
