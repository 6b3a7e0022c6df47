import { basename, dirname } from 'node:path';
import { regionsFor } from '../../heatmap/iou.js';
import { ClassNames } from '../../labels/classNames.js';
import type { EngineFailure } from '../../protocol/errors.js';
import type { AbsentPictures, PictureTruth, Truth, TruthRequest } from '../../protocol/truth.js';
import { fail } from '../failure.js';
import { classFolders } from './classFolders.js';
import type { Look } from './look.js';
import { areaOf, type Mark } from './mark.js';
import { marksOf, sourcesAt, type Said } from './marksOf.js';
import { baseOf } from './pictureIndex.js';
import { targetOf } from './regions.js';
import { stemOf } from './stem.js';

/** Progress is told after so many pictures. */
const STEP = 50;

/**
 * What pictures show, by their folders, where these are named after classes, and by the files that `readAnnotations` reads.
 * @throws cannotRead where a source is not there · cancelled
 */
export async function readTruth({ pictures, sources, labels }: TruthRequest, look: Look): Promise<Truth> {
  const classes = new ClassNames(labels);
  const named = await sourcesAt(sources);
  const folders = classFolders(pictures, classes);
  const truths: PictureTruth[] = [];
  const failures = new Map<string, EngineFailure>();
  const heard = new Set<string>();
  const silent = new Set(named.foreign);
  for (const [index, picture] of pictures.entries()) {
    if (index % STEP === 0) await look.breathe(index / pictures.length);
    const said = await marksOf(picture, named, look, isEnough);
    const folder = dirname(picture);
    const ofFolder = folders.has(folder) ? [basename(folder)] : [];
    truths.push(truthOf(picture, ofFolder, said, classes));
    for (const source of said.heard) heard.add(source);
    for (const source of said.silent) silent.add(source);
    for (const failure of said.failures) {
      const file = String(failure.parameters['file']);
      if (!failures.has(file)) failures.set(file, failure);
    }
  }
  for (const file of sources)
    if (silent.has(file) && !heard.has(file)) failures.set(file, fail('silentSource', { file }).failure);
  return { pictures: truths, failures: [...failures.values()], absent: await absentPictures(pictures, look) };
}

function isEnough({ regions, marks }: Said): boolean {
  return regions.length > 0 && marks.some(({ name }) => name !== null);
}

/** @param folder what the picture's folder says */
function truthOf(
  picture: string,
  folder: readonly string[],
  { marks, regions }: Said,
  classes: ClassNames,
): PictureTruth {
  const withTarget = regions.map((mark) => ({ target: targetOf(mark.name, classes), mark }));
  const names = [...folder, ...inOrder(marks, regions)];
  const targets = unique(names.flatMap((name) => targetOf(name, classes) ?? []));
  return {
    picture,
    targets,
    regions: targets.map((target) => regionsFor(withTarget, target).length),
    unmatched: unique(names.filter((name) => targetOf(name, classes) === null).map(String)),
  };
}

/** What is said of the picture as a whole comes before what is marked in it, and of that the largest. */
function inOrder(marks: readonly Mark[], regions: readonly Mark[]): readonly (string | number)[] {
  const whole = marks.filter(({ shape }) => shape === null);
  const largestFirst = [...regions].sort((a, b) => areaOf(b) - areaOf(a));
  return [...whole, ...largestFirst, ...marks].flatMap(({ name }) => name ?? []);
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}

/** Of files that speak of at least one of the pictures; others lie there for something else. */
async function absentPictures(pictures: readonly string[], look: Look): Promise<readonly AbsentPictures[]> {
  const folders = [...new Set(pictures.map((picture) => dirname(picture)))];
  const listings = await Promise.all(folders.map((folder) => look.list(folder)));
  const there = new Set(
    listings.flatMap(({ names }) => names.flatMap((name) => [baseOf(name), stemOf(baseOf(name))])),
  );
  const absent: AbsentPictures[] = [];
  for (const [file, { pictures: said }] of await look.indices()) {
    const missing = said.all.filter((name) => !there.has(baseOf(name)));
    const [first] = missing;
    if (first !== undefined && missing.length < said.all.length)
      absent.push({ file, count: missing.length, first });
  }
  return absent;
}
