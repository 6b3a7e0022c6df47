import type { ReportPlan } from './report.js';

/** How many pictures a plan evaluates, or the part of it that a report covers. */
export function plannedCount({ found, limit, shard }: Pick<ReportPlan, 'found' | 'limit' | 'shard'>): number {
  const drawn = Math.min(limit ?? found, found);
  return shard === null ? drawn : Math.floor((drawn + shard.count - shard.index) / shard.count);
}
