import type { Shard } from '../../evaluation/report.js';
import { CommandError } from '../messages.js';

/** What stands in an array job's environment. */
export type JobEnvironment = Readonly<Record<string, string | undefined>>;

const FORM = /^(auto|\d+(?=\/))(?:\/(\d+))?$/;

/**
 * The part that `--shard` names: `2/8`, or that of an array job of Slurm or Kubernetes: `auto`, or `auto/8` where the job
 * does not say how many parts there are.
 * @throws CommandError
 */
export function shardOf(text: string, environment: JobEnvironment): Shard {
  const [, which, parts] = FORM.exec(text) ?? [];
  if (which === undefined)
    throw new CommandError(`--shard ${text} is no part. Name one as in 2/8, auto or auto/8.`);
  if (which !== 'auto') return checked({ index: Number(which), count: Number(parts) }, `--shard ${text}`);
  const { place, count } = partOfJob(environment);
  if (place === null)
    throw new CommandError(
      '--shard auto reads SLURM_ARRAY_TASK_ID (Slurm) or JOB_COMPLETION_INDEX (Kubernetes), and neither is set. Name the part as in --shard 2/8.',
    );
  const wanted = parts ?? count;
  if (wanted === undefined)
    throw new CommandError(
      '--shard auto does not find how many parts there are: neither SLURM_ARRAY_TASK_COUNT nor JOB_COMPLETION_COUNT is set. Name the number as in --shard auto/8.',
    );
  return checked({ index: place + 1, count: Number(wanted) }, `--shard ${text}`);
}

interface PartOfJob {
  /** The first is 0; null where this is no part of one. */
  readonly place: number | null;
  readonly count: string | undefined;
}

function partOfJob(environment: JobEnvironment): PartOfJob {
  const { SLURM_ARRAY_TASK_ID: id, SLURM_ARRAY_TASK_COUNT: tasks } = environment;
  if (id !== undefined) {
    // --array=10-40:10 has the ids 10, 20, 30 and 40.
    const first = Number(environment['SLURM_ARRAY_TASK_MIN'] ?? 0);
    const step = Number(environment['SLURM_ARRAY_TASK_STEP'] ?? 1);
    return { place: (Number(id) - first) / step, count: tasks };
  }
  const { JOB_COMPLETION_INDEX: index, JOB_COMPLETION_COUNT: completions } = environment;
  return { place: index === undefined ? null : Number(index), count: completions };
}

function checked({ index, count }: Shard, said: string): Shard {
  const isPart = Number.isInteger(index) && Number.isInteger(count) && index >= 1 && index <= count;
  if (!isPart)
    throw new CommandError(
      `${said} is no part: part ${index} of ${count}. The first of eight is 1/8, the last is 8/8.`,
    );
  return { index, count };
}
