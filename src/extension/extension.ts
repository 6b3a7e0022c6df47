import { Uri, window, workspace } from 'vscode';
import type { ExtensionContext } from 'vscode';

import { EngineClient } from './client/engineClient.js';
import { forkEngine } from './client/forkEngine.js';
import type { App } from './commands/app.js';
import { registerCommands } from './commands/register.js';
import { offerNode, onDidChangeNode, usableNode } from './editor/engineNode.js';
import { CONFIGURATION, PANEL_TYPE, SETTINGS } from './editor/ids.js';
import { Memory } from './editor/memory.js';
import { maxMegapixels } from './editor/settings.js';
import { ModelStatus } from './model/modelStatus.js';
import { ModelStore } from './model/modelStore.js';
import { Sample } from './model/sample.js';
import { Panels } from './panel/panels.js';
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
        { maxMegapixels: maxMegapixels(), node },
      ),
    log,
  });
  const memory = new Memory(workspaceState);
  const sample = new Sample(extensionUri);
  const models = new ModelStore(memory, sample);
  const services = { engine, models, memory, log, extensionUri };
  const panels = new Panels(services);
  const sidebar = new Sidebar(services, panels);
  const app: App = { ...services, panels, sidebar, sample };
  subscriptions.push(
    log,
    engine,
    panels,
    sidebar,
    new ModelStatus(models, panels.onDidChange),
    engine.onEvent((event) => {
      if (event === 'died') panels.engineDied();
    }),
    offerNode(engine),
    onDidChangeNode(async () => {
      node = await usableNode();
      engine.restart();
      panels.retryFailed();
    }),
    // The process takes the limit from its start. This listener stands before those of the panels, which explain anew.
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(`${CONFIGURATION}.${SETTINGS.maxMegapixels}`)) engine.restart();
    }),
    window.registerWebviewPanelSerializer(PANEL_TYPE, panels),
    registerCommands(app),
  );
  return app;
}
