import { RelativePattern, Uri, window, workspace } from 'vscode';
import type { ExtensionContext } from 'vscode';

import { version } from '../../package.json';
import { DISK } from '../checkpoints/disk.js';
import { CheckpointExplainer } from '../checkpoints/explaining.js';
import { DiskStore } from '../checkpoints/store.js';
import { SYSTEM_CLOCK } from '../checkpoints/world.js';
import { CheckpointsView } from './checkpoints/checkpointsView.js';
import { namedCheckpoints } from './checkpoints/namedCheckpoints.js';
import { Predictions } from './checkpoints/predictions.js';
import { Runs } from './checkpoints/runs.js';
import { Timelines } from './checkpoints/timelines.js';
import { EngineClient } from './client/engineClient.js';
import { failureOf } from './client/engineError.js';
import { forkEngine } from './client/forkEngine.js';
import type { App } from './commands/app.js';
import { chooseRuns } from './commands/checkpoints.js';
import { registerCommands } from './commands/register.js';
import { offerNode, onDidChangeNode, usableNode } from './editor/engineNode.js';
import { CONFIGURATION, PANEL_TYPE, REPORT_TYPE, SETTINGS, TIMELINE_TYPE } from './editor/ids.js';
import { errorDetail, errorText } from './editor/localize.js';
import { Memory } from './editor/memory.js';
import { checkpointCacheBytes, device, engineThreads, maxMegapixels } from './editor/settings.js';
import { Evaluations } from './evaluation/evaluations.js';
import { EvaluationStatus } from './evaluation/evaluationStatus.js';
import { tellEnd } from './evaluation/tellEnd.js';
import { tellTruth } from './evaluation/tellTruth.js';
import { ModelStatus } from './model/modelStatus.js';
import { ModelStore } from './model/modelStore.js';
import { Sample } from './model/sample.js';
import { Panels } from './panel/panels.js';
import { ReportEditors } from './report/reportEditors.js';
import { Sidebar } from './sidebar/sidebar.js';

/** @returns what the tests inside the extension host look at */
export async function activate(context: ExtensionContext): Promise<App> {
  const { extensionUri, subscriptions, workspaceState, globalStorageUri } = context;
  const log = window.createOutputChannel('Relevance-CAM', { log: true });
  let node = await usableNode();
  const engine = new EngineClient({
    launch: () =>
      forkEngine(
        Uri.joinPath(extensionUri, 'dist', 'engine.js').fsPath,
        Uri.joinPath(globalStorageUri, 'cache').fsPath,
        { maxMegapixels: maxMegapixels(), threads: engineThreads(), device: device(), node },
      ),
    log,
  });
  const memory = new Memory(workspaceState);
  const sample = new Sample(extensionUri);
  const runs = new Runs({
    files: DISK,
    clock: SYSTEM_CLOCK,
    remembered: memory.runs,
    remember: (sources) => void memory.rememberRuns(sources),
    chosen: memory.graphs,
    rememberChosen: (chosen) => void memory.rememberGraphs(chosen),
    watchFolder,
  });
  const models = new ModelStore(memory, sample, () => namedCheckpoints(runs));
  const services = { engine, models, memory, log, extensionUri };
  const panels = new Panels(services);
  const sidebar = new Sidebar(services, panels);
  const predictions = new Predictions();
  const explainer = new CheckpointExplainer({
    engine,
    store: new DiskStore(Uri.joinPath(globalStorageUri, 'checkpoints').fsPath, checkpointCacheBytes),
    version,
  });
  const timelines = new Timelines({
    ...services,
    runs,
    predictions,
    explainer,
    panels,
    chooseRuns: () => chooseRuns(runs),
  });
  const checkpoints = new CheckpointsView(runs, predictions);
  panels.onDidChange((panel) => {
    checkpoints.follow(panel?.image.fsPath ?? null);
  });
  const evaluation = { engine, failureOf, program: version };
  const evaluations = new Evaluations({
    ...evaluation,
    remembered: memory.evaluations,
    remember: (all) => void memory.rememberEvaluations(all),
    onTruth: ({ name }, truth) => {
      tellTruth(name, truth, log);
    },
    onEnd: (ended, outcome) => void tellEnd(ended, outcome),
    onError: (ended, error) => {
      log.error(errorDetail(error));
      void window.showErrorMessage(`${ended.name}: ${errorText(error)}`);
    },
  });
  const reports = new ReportEditors({ ...services, panels });
  const app: App = {
    ...{ ...services, panels, sidebar, sample, runs, timelines, evaluations, evaluation, reports },
    storage: globalStorageUri,
  };
  subscriptions.push(
    log,
    engine,
    panels,
    sidebar,
    runs,
    timelines,
    checkpoints,
    evaluations,
    new EvaluationStatus(evaluations),
    new ModelStatus(models, panels.onDidChange),
    engine.onEvent((event) => {
      if (event !== 'died') return;
      panels.engineDied();
      timelines.engineDied();
    }),
    offerNode(engine),
    onDidChangeNode(async () => {
      node = await usableNode();
      engine.restart();
      panels.retryFailed();
    }),
    // The process takes these from its start. This listener stands before those of the panels, which explain anew.
    workspace.onDidChangeConfiguration((change) => {
      const ofProcess = [SETTINGS.maxMegapixels, SETTINGS.engineThreads, SETTINGS.device];
      if (ofProcess.some((name) => change.affectsConfiguration(`${CONFIGURATION}.${name}`))) engine.restart();
    }),
    window.registerWebviewPanelSerializer(PANEL_TYPE, panels),
    window.registerWebviewPanelSerializer(TIMELINE_TYPE, timelines),
    window.registerCustomEditorProvider(REPORT_TYPE, reports),
    registerCommands(app),
  );
  return app;
}

/** Calls back when something changes below a folder, as far as the file system tells. */
function watchFolder(folder: string, onChange: () => void): { dispose(): void } {
  const watcher = workspace.createFileSystemWatcher(new RelativePattern(Uri.file(folder), '**/*'));
  watcher.onDidCreate(onChange);
  watcher.onDidChange(onChange);
  watcher.onDidDelete(onChange);
  return watcher;
}
