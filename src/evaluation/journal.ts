import * as v from 'valibot';

import type { EngineFailure } from '../protocol/errors.js';
import type { PictureRankings } from './channels/excited.js';
import { PICTURE_RANKINGS } from './channels/readChannels.js';
import { EvaluationError } from './failure.js';
import { EVALUATION_HEAD, FAILURE, parseJson, PICTURE } from './readReport.js';
import type { EvaluationHead, FailedPicture, ReportPicture } from './report.js';

/** What was found of one picture. */
export type JournalEntry = Done | Failed;

interface Done {
  readonly picture: ReportPicture;
  /** Absent where the plan asks for none. */
  readonly channels?: PictureRankings;
  /** Why what is marked in it could not be read; absent where nothing failed. */
  readonly unread?: readonly EngineFailure[];
  /** Names that are said of it and that are no class of the model. */
  readonly unmatched: readonly string[];
}

interface Failed {
  readonly failed: FailedPicture;
  readonly unmatched: readonly string[];
}

export interface Journal {
  readonly head: EvaluationHead;
  /** Each picture once. */
  readonly entries: readonly JournalEntry[];
  /** How many bytes of the file are whole lines; what follows was being written when the program ended. */
  readonly length: number;
}

/** Behind the name of the report that it will be. */
export const JOURNAL_ENDING = '.journal';

const FORMAT = 'relevance-cam-journal';
const NEWLINE = 0x0a;

export function fileOf(entry: JournalEntry): string {
  return 'picture' in entry ? entry.picture.file : entry.failed.file;
}

/** The first line of a journal. */
export function headLine({ program, model, plan }: EvaluationHead): string {
  return `${JSON.stringify({ format: FORMAT, program, model, plan })}\n`;
}

export function entryLine(entry: JournalEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

/**
 * Reads a journal, the last line of which may be torn.
 * @returns null where not even its first line is whole
 * @throws damagedJournal
 */
export function parseJournal(file: string, bytes: Uint8Array): Journal | null {
  const length = bytes.lastIndexOf(NEWLINE) + 1;
  if (length === 0) return null;
  const [first = '', ...lines] = new TextDecoder().decode(bytes.subarray(0, length - 1)).split('\n');
  const head = parseLine(file, HEAD, first, 1);
  const entries = new Map<string, JournalEntry>();
  lines.forEach((line, index) => {
    const entry = parseLine(file, ENTRY, line, index + 2);
    if (!entries.has(fileOf(entry))) entries.set(fileOf(entry), entry);
  });
  const { program, model, plan } = head;
  return { head: { program, model, plan }, entries: [...entries.values()], length };
}

const HEAD = v.object({ format: v.literal(FORMAT), ...EVALUATION_HEAD.entries });

const UNMATCHED = v.pipe(v.array(v.string()), v.readonly());
const ENTRY: v.GenericSchema<unknown, JournalEntry> = v.union([
  v.object({
    picture: PICTURE,
    unmatched: UNMATCHED,
    channels: v.exactOptional(PICTURE_RANKINGS),
    unread: v.exactOptional(v.pipe(v.array(FAILURE), v.readonly())),
  }),
  v.object({ failed: v.object({ file: v.string(), failure: FAILURE }), unmatched: UNMATCHED }),
]);

function parseLine<T>(file: string, schema: v.GenericSchema<unknown, T>, text: string, line: number): T {
  const found = v.safeParse(schema, parseJson(text));
  if (!found.success) throw new EvaluationError('damagedJournal', { file, line });
  return found.output;
}
