export const NO_FILE = 'there is no such file';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: NO_FILE,
  EISDIR: 'it is a folder',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EEXIST: 'a file is in the way',
  ENOTDIR: 'a part of its path is no folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk can only be read',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GiB',
};

/** Why something went wrong, as the end of a sentence: one line, without a full stop. */
export function reasonOf(cause: unknown): string {
  const known = REASONS[codeOf(cause)];
  if (known !== undefined) return known;
  const message = cause instanceof Error ? cause.message : String(cause);
  return (message.split('\n')[0] ?? message).trim().replace(/\.$/, '');
}

/** The error's code, as `ENOENT`; empty where it has none. */
export function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}
