import { compareNaturally } from '../protocol/naturalOrder.js';
import { isAdapter, isDataOf, isIndex, kindOf, shardOf, stemOf } from './fileKinds.js';
import { folderOf, nameOf } from './run.js';
import type { Checkpoint, CheckpointKind, FileEntry, Run } from './run.js';
import { isStepName, stepsOf, templateOf } from './steps.js';
import type { Steps } from './steps.js';

/** A file that may be a checkpoint. */
interface Candidate {
  readonly entry: FileEntry;
  readonly kind: CheckpointKind;
  /** The run's folder: that of the file, without the one that is named after the step. */
  readonly base: string;
  /** What of the path may hold the step. */
  readonly stem: string;
}

/** Candidates whose names differ in their numbers alone. */
interface Group {
  readonly template: string;
  readonly files: readonly Candidate[];
  readonly steps: Steps | null;
}

/** A checkpoint, with the step that its name holds. */
interface Stepped {
  readonly candidate: Candidate;
  readonly step: number | null;
}

/** Which of a folder's files are meant. */
export interface MeantFiles {
  /** Whether a file may be a checkpoint; a graph that is none may still be that of weights. */
  readonly isMeant: (path: string) => boolean;
  /** All that are meant are one run: somebody chose them. */
  readonly together: boolean;
}

const ALL: MeantFiles = { isMeant: () => true, together: false };

/** The runs whose checkpoints are among the files of a folder, in natural order. */
export function runsOf(
  listing: readonly FileEntry[],
  { isMeant, together }: MeantFiles = ALL,
): readonly Run[] {
  const entries = listing.toSorted((a, b) => compareNaturally(a.path, b.path));
  const found = candidatesOf(entries);
  const graphs = found.filter(({ kind }) => kind === 'graph');
  const meant = found.filter(({ entry }) => isMeant(entry.path));
  const candidates = together
    ? meant.map((one) => ({ ...one, base: '', stem: stemOf(one.entry.path) }))
    : withoutAdapters(meant);
  const runs = [...groupBy(candidates, ({ base }) => base)].flatMap(([base, files]) => {
    const weights = files.filter(({ kind }) => kind === 'weights');
    const own = files.filter(({ kind }) => kind === 'graph');
    // Beside weights a few graphs are what the weights go into; beside many graphs a few weights are copies.
    const kind = weights.length >= own.length ? 'weights' : 'graph';
    const groups = groupsOf(kind === 'weights' ? weights : own);
    return (together ? [{ name: '', groups }] : splitRuns(groups)).map((run): Run => {
      return {
        name: [base, run.name].filter((part) => part !== '').join('/'),
        kind,
        // A graph that was chosen along with weights is theirs, whatever others there are.
        graphs: kind === 'weights' ? graphsFor(base, together && own.length > 0 ? own : graphs) : [],
        ...checkpointsOf(run.groups, entries),
      };
    });
  });
  const used = new Set(runs.flatMap((run) => run.graphs));
  const isOnlyGraphs = ({ unit, checkpoints }: Run): boolean =>
    unit === 'place' && checkpoints.every(({ path }) => used.has(path));
  return runs.filter((run) => !isOnlyGraphs(run)).sort((a, b) => compareNaturally(a.name, b.name));
}

function candidatesOf(entries: readonly FileEntry[]): Candidate[] {
  const graphs = entries.filter(({ path }) => kindOf(path) === 'graph').map(({ path }) => path);
  return entries.flatMap((entry): Candidate[] => {
    const { path } = entry;
    const kind = kindOf(path);
    const isData = graphs.some(
      (graph) => folderOf(graph) === folderOf(path) && isDataOf(nameOf(graph), nameOf(path)),
    );
    if (kind === null || (kind === 'weights' && isData)) return [];
    const folder = folderOf(path);
    const base = isStepName(nameOf(folder)) ? folderOf(folder) : folder;
    // Lightning tells files of one name apart by a version.
    const stem = stemOf(base === '' ? path : path.slice(base.length + 1)).replace(/-v\d+$/, '');
    return [{ entry, kind, base, stem }];
  });
}

/**
 * Beside whole checkpoints, and in folders of their own below those, adapters are no others; by themselves they are a run,
 * which tells why it cannot be explained.
 */
function withoutAdapters(candidates: readonly Candidate[]): readonly Candidate[] {
  const isPart = ({ entry }: Candidate): boolean => isAdapter(nameOf(entry.path));
  const whole = candidates.filter((one) => one.kind === 'weights' && !isPart(one));
  const bases = [...new Set(whole.map(({ base }) => base))];
  const isBeside = ({ base }: Candidate): boolean =>
    bases.some((folder) => folder === '' || base === folder || base.startsWith(`${folder}/`));
  return candidates.filter((one) => !isPart(one) || !isBeside(one));
}

/** The graphs beside the weights, else in the nearest folder above that has any. */
function graphsFor(base: string, graphs: readonly Candidate[]): readonly string[] {
  const beside = graphs.filter((graph) => folderOf(graph.entry.path) === base);
  if (beside.length > 0 || base === '') return beside.map(({ entry }) => entry.path).sort(compareNaturally);
  return graphsFor(folderOf(base), graphs);
}

function groupsOf(files: readonly Candidate[]): Group[] {
  return [...groupBy(files, ({ stem }) => templateOf(stem))].map(([template, members]) => {
    return { template, files: members, steps: stepsOf(members.map(({ stem }) => stem)) };
  });
}

/** One run, or several where names of different kinds hold the same steps, as those of two networks do. */
function splitRuns(groups: readonly Group[]): { readonly name: string; readonly groups: readonly Group[] }[] {
  const stepped = groups.filter(({ steps }) => steps !== null);
  const all = stepped.flatMap(({ steps }) => [...new Set(steps?.values)]);
  if (new Set(all).size === all.length) return [{ name: '', groups }];
  const runs = stepped.map((group) => ({ name: group.template, groups: [group] }));
  for (const group of groups.filter(({ steps }) => steps === null)) {
    const [first, ...others] = runs;
    if (first === undefined) return [{ name: '', groups }];
    const like = (run: typeof first): number => commonStart(run.name, group.template);
    others.reduce((best, run) => (like(run) > like(best) ? run : best), first).groups.push(group);
  }
  return runs;
}

function checkpointsOf(
  groups: readonly Group[],
  entries: readonly FileEntry[],
): Pick<Run, 'unit' | 'checkpoints'> {
  const found = groups
    .flatMap(({ files, steps }) =>
      files.map((candidate, i): Stepped => ({ candidate, step: steps?.values[i] ?? null })),
    )
    .sort(compareSteps);
  const kept = found.filter(
    ({ candidate, step }, place) =>
      step !== null || !found.slice(0, place).some((other) => isSame(other.candidate.entry, candidate.entry)),
  );
  const named = kept.flatMap(({ step }) => (step === null ? [] : [step]));
  const isNamed = named.length > 0 && new Set(named).size === named.length;
  const [unit = 'step'] = groups.flatMap(({ steps }) => (steps === null ? [] : [steps.unit]));
  const last = Math.max(...named);
  const stepAt = (step: number | null, place: number): number =>
    isNamed ? (step ?? last + 1 + place - named.length) : place + 1;
  return {
    unit: isNamed ? unit : 'place',
    checkpoints: kept.map(({ candidate, step }, place) =>
      checkpointOf(candidate, stepAt(step, place), entries),
    ),
  };
}

function checkpointOf({ entry, base }: Candidate, step: number, entries: readonly FileEntry[]): Checkpoint {
  const shards = isIndex(nameOf(entry.path)) ? shardsOf(entry.path, entries) : [];
  const counts = shards.map(({ path }) => shardOf(nameOf(path))?.count ?? 0);
  return {
    path: entry.path,
    name: base === '' ? entry.path : entry.path.slice(base.length + 1),
    step,
    files: [entry, ...shards, ...dataFilesOf(entry.path, entries)].map(({ path }) => path),
    whole: !isIndex(nameOf(entry.path)) || shards.length === Math.max(1, ...counts),
  };
}

function compareSteps(a: Stepped, b: Stepped): number {
  const [first, second] = [a.candidate.entry, b.candidate.entry];
  if (a.step !== null && b.step !== null) return a.step - b.step || compareNaturally(first.path, second.path);
  if (a.step !== null || b.step !== null) return a.step === null ? 1 : -1;
  return first.mtimeMs - second.mtimeMs || compareNaturally(first.path, second.path);
}

/** `last.ckpt` is a link to, or a copy of, another checkpoint. */
function isSame(a: FileEntry, b: FileEntry): boolean {
  return a.node === b.node || (a.size === b.size && a.digest !== null && a.digest === b.digest);
}

function shardsOf(index: string, entries: readonly FileEntry[]): FileEntry[] {
  const folder = folderOf(index);
  return entries
    .filter(({ path }) => folderOf(path) === folder && shardOf(nameOf(path))?.index === nameOf(index))
    .sort((a, b) => compareNaturally(a.path, b.path));
}

function dataFilesOf(graph: string, entries: readonly FileEntry[]): FileEntry[] {
  if (kindOf(graph) !== 'graph') return [];
  const folder = folderOf(graph);
  return entries.filter(({ path }) => folderOf(path) === folder && isDataOf(nameOf(graph), nameOf(path)));
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), item]);
  }
  return groups;
}
