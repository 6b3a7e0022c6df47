import { resolve } from 'node:path';
import { version } from '../../../package.json';
import { compareReports, type Difference } from '../../evaluation/compare.js';
import { Evaluation } from '../../evaluation/disk/evaluation.js';
import { mergeFiles, readReport, writeReport } from '../../evaluation/disk/reportFile.js';
import { failing } from '../../evaluation/gate.js';
import type { EvaluationReport } from '../../evaluation/report.js';
import { summarise } from '../../evaluation/summary.js';
import { EngineError, fail } from '../../engine/failure.js';
import type { Call, EngineApi } from '../../protocol/engineApi.js';
import type { Truth } from '../../protocol/truth.js';
import { CommandError, sentence } from '../messages.js';
import { modelSettings } from '../modelSettings.js';
import { durationText, endProgress, progressLine } from '../progress.js';
import type { Terminal } from '../terminal.js';
import { weightsOf } from '../weights.js';
import type { EvaluateArguments, ReportArguments, RunArguments } from './evaluateArguments.js';
import { writeExports } from './exports.js';
import { reportedLayers } from './reportedLayers.js';
import { differenceText, summaryText } from './summaryText.js';

type RunOptions = RunArguments & ReportArguments;

/**
 * The command `evaluate`.
 * @returns whether nothing got worse
 * @throws CommandError, EngineError, EvaluationError
 */
export async function evaluate(
  options: EvaluateArguments,
  withEngine: <T>(work: (engine: EngineApi) => Promise<T>, maxMegapixels: number) => Promise<T>,
  call: Call,
  terminal: Terminal,
): Promise<boolean> {
  // What compares with it should not find out after hours that it is not there.
  const baseline = options.baseline === null ? null : await readReport(options.baseline);
  const report =
    options.task === 'merge'
      ? await merged(options.parts, options.out)
      : await withEngine((engine) => evaluated(options, engine, call, terminal), options.maxMegapixels);
  const tables = summarise(report);
  terminal.print(summaryText(report, tables));
  await writeExports(options, report, tables, baseline, call.signal);
  if (baseline === null || options.baseline === null) return true;
  return passes(options, compareReports(baseline, report), options.baseline, terminal);
}

async function merged(parts: readonly string[], out: string): Promise<EvaluationReport> {
  const report = await mergeFiles(parts, out);
  await writeReport(out, report);
  return report;
}

async function evaluated(
  options: RunOptions,
  engine: EngineApi,
  call: Call,
  terminal: Terminal,
): Promise<EvaluationReport> {
  const model = resolve(options.model);
  const open = { model, settings: await modelSettings(options, model), ...weightsOf(options) };
  const info = await engine.open(open, call);
  const order = {
    ...options,
    open,
    sources: options.boxes,
    layers: reportedLayers(info, options.layers),
    report: resolve(options.out),
  };
  const evaluation = await Evaluation.plan(order, info, {
    engine,
    failureOf: (error) => (error instanceof EngineError ? error.failure : null),
    program: version,
  });
  const known = await evaluation.finished();
  if (known !== null) {
    terminal.report(`relevance-cam: ${options.out} holds this evaluation already.\n`);
    return known;
  }
  await runToEnd(evaluation, call, terminal);
  endProgress(terminal);
  if (evaluation.done < evaluation.total) {
    if (evaluation.done === 0) throw fail('cancelled', {});
    throw new CommandError(
      `Stopped after ${evaluation.done} of ${evaluation.total} pictures. The same command goes on from there.`,
    );
  }
  return evaluation.finish();
}

async function runToEnd(evaluation: Evaluation, call: Call, terminal: Terminal): Promise<void> {
  let hasBegun = false;
  // Of a picture that takes seconds the stages say no more than that it goes on.
  const progress: Call['progress'] = (stage, fraction) => {
    if (!hasBegun) call.progress(stage, fraction);
  };
  const pictures = evaluation.run({ ...call, progress }, (truth) => {
    hasBegun = true;
    reportTruth(truth, terminal);
    if (evaluation.done > 0)
      terminal.report(`relevance-cam: Goes on after ${evaluation.done} of ${evaluation.total} pictures.\n`);
  });
  while ((await pictures.next()).done !== true)
    if (terminal.interactive) progressLine(terminal, paceText(evaluation));
}

function paceText({ done, total, failed, rate, secondsLeft }: Evaluation): string {
  return [
    `Evaluated ${done} of ${total} pictures`,
    ...(failed > 0 ? [`${failed} not`] : []),
    ...(rate === null ? [] : [`${rate.toPrecision(2)} a second`]),
    ...(secondsLeft === null ? [] : [`about ${durationText(secondsLeft)} left`]),
  ].join(', ');
}

function reportTruth({ failures, absent }: Truth, terminal: Terminal): void {
  endProgress(terminal);
  for (const failure of failures) terminal.report(`relevance-cam: ${sentence(failure)}\n`);
  for (const { file, count, first } of absent)
    terminal.report(
      `relevance-cam: ${file} speaks of ${count} pictures that are not among these, for example ${first}.\n`,
    );
}

/** Tells what got worse. */
function passes(
  { gates, out }: ReportArguments,
  differences: readonly Difference[],
  baseline: string,
  terminal: Terminal,
): boolean {
  const broken = gates.map((gate) => ({ gate, found: failing(gate, differences, baseline) }));
  for (const { gate, found } of broken) {
    if (found.length === 0) continue;
    terminal.report(`relevance-cam: ${gate.text} holds for ${out} against ${baseline}:\n`);
    for (const difference of found) terminal.report(`  ${differenceText(difference)}\n`);
  }
  return broken.every(({ found }) => found.length === 0);
}
