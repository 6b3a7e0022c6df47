import { stat } from 'node:fs/promises';
import type { EngineFailure } from '../../protocol/errors.js';
import { EngineError } from '../failure.js';
import type { Format } from './formats/format.js';
import { FORMATS } from './formats/table.js';
import type { Look } from './look.js';
import type { Mark } from './mark.js';

export interface Said {
  /** Of every place that was looked at. */
  readonly marks: readonly Mark[];
  /** Those with a shape, of the first place that has any. */
  readonly regions: readonly Mark[];
  /** One for every file that could not be used. */
  readonly failures: readonly EngineFailure[];
}

/** Files and folders that somebody names. */
export interface Sources {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** What kinds of things `paths` are; what is not there counts as a file. */
export async function sourcesAt(paths: readonly string[]): Promise<Sources> {
  const isFolder = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        (entry) => entry.isDirectory(),
        () => false,
      ),
    ),
  );
  return {
    files: paths.filter((_, index) => isFolder[index] === false),
    folders: paths.filter((_, index) => isFolder[index] === true),
  };
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
  let said: Said = { marks: [], regions: [], failures: [] };
  for (const [format, place] of placesFor(picture, sources)) {
    if (enough(said)) return said;
    said = both(said, await readPlace(format, place, picture, look));
  }
  return said;
}

/** A folder, or a file that somebody names. */
type Place = { readonly folder: string } | { readonly file: string };

function placesFor(picture: string, { files, folders }: Sources): readonly (readonly [Format, Place])[] {
  const named = FORMATS.flatMap((format) => [
    ...files.filter((file) => concerns(format, file)).map((file) => [format, { file }] as const),
    ...folders.map((folder) => [format, { folder }] as const),
  ]);
  const usual = FORMATS.flatMap((format) =>
    [...new Set(format.folders(picture))].map((folder) => [format, { folder }] as const),
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
  return { marks, regions: marks.filter(({ shape }) => shape !== null), failures };
}

async function filesOf(
  format: Format,
  place: Place,
  picture: string,
  look: Look,
): Promise<readonly string[]> {
  if ('file' in place) return [place.file];
  const listing = await look.list(place.folder);
  return format.files(listing, picture).map((name) => listing.path(name));
}

function both(said: Said, more: Said): Said {
  return {
    marks: [...said.marks, ...more.marks],
    regions: said.regions.length > 0 ? said.regions : more.regions,
    failures: [...said.failures, ...more.failures],
  };
}
