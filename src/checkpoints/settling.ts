import type { ListedFile } from './world.js';

/** Files that have not changed for so long are taken to be written. */
export const SETTLE_MS = 600;

/** At first sight, files that changed last so long ago need not be watched, as far as clocks of two machines tell. */
const OLD_MS = 3000;

/** What stands still for so long although it is no whole is written by nobody any more. */
export const PATIENCE_MS = 60_000;

/**
 * `writing`: the files change still, or do not make a whole · `whole`: they can be opened · `deleted`: gone after they
 * were whole.
 */
export type FileState = 'writing' | 'whole' | 'deleted';

/** What has been seen of the files of one checkpoint. Identities tell one state of all its files from any other. */
export interface FileHistory {
  readonly seen: { readonly identity: string; readonly since: number } | null;
  /** The last state that was a whole. */
  readonly whole: string | null;
  /** The state that stood still but was found to be no whole. */
  readonly refused: string | null;
  readonly state: FileState;
}

export const UNSEEN: FileHistory = { seen: null, whole: null, refused: null, state: 'writing' };

/**
 * What is known after another look.
 * @param files none where they are gone
 * @param complete whether none is missing by name
 * @returns null where they are gone and never were a whole
 */
export function looked(
  before: FileHistory,
  files: readonly ListedFile[],
  complete: boolean,
  now: number,
): FileHistory | null {
  if (files.length === 0) return before.whole === null ? null : { ...before, seen: null, state: 'deleted' };
  const identity = identityOf(files);
  const since = before.seen?.identity === identity ? before.seen.since : now;
  const isOld = before.seen === null && now - Math.max(...files.map(({ mtimeMs }) => mtimeMs)) >= OLD_MS;
  const patience = identity === before.refused ? PATIENCE_MS : SETTLE_MS;
  const isStill = identity === before.whole || isOld || now - since >= patience;
  const isWhole = isStill && complete;
  return {
    seen: { identity, since },
    whole: isWhole ? identity : before.whole,
    refused: before.refused,
    state: isWhole ? 'whole' : 'writing',
  };
}

/**
 * What is known once a state that was taken for a whole has turned out to be none.
 * @returns null where it turned out so before, and nobody has written since
 */
export function refused(before: FileHistory, identity: string): FileHistory | null {
  if (before.refused === identity) return null;
  if (before.whole !== identity) return before;
  return { ...before, whole: null, refused: identity, state: 'writing' };
}

/** Tells one state of files from any other. */
export function identityOf(files: readonly ListedFile[]): string {
  return JSON.stringify(files.map(({ path, size, mtimeMs }) => [path, size, mtimeMs]));
}
