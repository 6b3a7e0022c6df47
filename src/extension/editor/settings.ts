import { ConfigurationTarget, Uri, workspace } from 'vscode';
import type { WorkspaceConfiguration } from 'vscode';

import { DEVICES, type DeviceChoice } from '../../protocol/device.js';
import { DEFAULT_EMPHASIS } from '../../protocol/explanation.js';
import type { ColorMapId, Display } from '../../protocol/explanation.js';
import { DEFAULT_METHOD, METHODS } from '../../protocol/methods.js';
import type { MethodId } from '../../protocol/methods.js';
import type { Preprocessing } from '../../protocol/model.js';
import type { ModelSettings } from '../../protocol/modelSettings.js';
import { DEFAULT_MAX_MEGAPIXELS } from '../../protocol/picture.js';
import { CONFIGURATION, SETTINGS } from './ids.js';
import { modelKey, settingsFor, withPreprocessing } from './modelSettings.js';
import type { SettingsByGlob } from './modelSettings.js';

const DEFAULT_CACHE_MEGABYTES = 512;

export function topChannels(): number {
  return configuration().get(SETTINGS.topChannels, 3);
}

/** The method of a panel where the user has not chosen another. */
export function defaultMethod(): MethodId {
  const named = configuration().get<string>(SETTINGS.method);
  return METHODS.find((method) => method === named) ?? DEFAULT_METHOD;
}

/** How maps are drawn in a panel that the user has not changed. */
export function defaultDisplay(): Display {
  const colorMap = configuration().get<ColorMapId>(SETTINGS.colorMap, 'viridis');
  const opacity = configuration().get(SETTINGS.opacity, 0.6);
  return { colorMap, opacity, smooth: true, mask: false, emphasis: emphasis(), scale: null };
}

/** Share of a map that takes no colour; null where colours cover all of it. */
function emphasis(): Display['emphasis'] {
  const percent = configuration().get<unknown>(SETTINGS.emphasis);
  if (percent === null) return null;
  return typeof percent === 'number' && percent >= 0 && percent <= 100 ? percent / 100 : DEFAULT_EMPHASIS;
}

/** Pictures of more are refused; settings may hold anything. */
export function maxMegapixels(): number {
  const value = configuration().get<unknown>(SETTINGS.maxMegapixels);
  return typeof value === 'number' && value > 0 ? value : DEFAULT_MAX_MEGAPIXELS;
}

/** Threads that a run of the engine uses; null for as many as it may. */
export function engineThreads(): number | null {
  const value = configuration().get<unknown>(SETTINGS.engineThreads);
  return typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : null;
}

/** Where the engine explains. */
export function device(): DeviceChoice {
  const named = configuration().get<string>(SETTINGS.device);
  return DEVICES.find((known) => known === named) ?? 'auto';
}

/** What was computed of checkpoints takes at most so many bytes on disk. */
export function checkpointCacheBytes(): number {
  const megabytes = configuration().get<unknown>(SETTINGS.checkpointCache);
  return 2 ** 20 * (typeof megabytes === 'number' && megabytes > 0 ? megabytes : DEFAULT_CACHE_MEGABYTES);
}

/** Path of the Node that shall run the engine; null for the editor's own. */
export function engineNode(): string | null {
  return configuration().get<string>(SETTINGS.engineNode, '').trim() || null;
}

export async function saveEngineNode(node: string): Promise<void> {
  await configuration().update(SETTINGS.engineNode, node, ConfigurationTarget.Global);
}

/** What the setting `relevanceCam.models` says of a model. */
export function modelSettings(model: string): ModelSettings {
  const byGlob = configuration(model).get<SettingsByGlob>(SETTINGS.models, {});
  return settingsFor(keyOf(model), byGlob);
}

/** Saves how pictures are prepared for a model in the workspace's settings; null removes it from there. */
export async function savePreprocessing(model: string, preprocessing: Preprocessing | null): Promise<void> {
  const target = targetFor(model);
  const saved = savedModels(configuration(model), target);
  const changed = withPreprocessing(saved, keyOf(model), preprocessing);
  const value = Object.keys(changed).length === 0 ? undefined : changed;
  await configuration(model).update(SETTINGS.models, value, target);
}

function configuration(model?: string): WorkspaceConfiguration {
  return workspace.getConfiguration(CONFIGURATION, model === undefined ? undefined : Uri.file(model));
}

function keyOf(model: string): string {
  return modelKey(model, workspace.getWorkspaceFolder(Uri.file(model))?.uri.fsPath);
}

/** The folder of the workspace that holds the model, else the workspace, else the user. */
function targetFor(model: string): ConfigurationTarget {
  if (workspace.getWorkspaceFolder(Uri.file(model)) !== undefined) return ConfigurationTarget.WorkspaceFolder;
  return workspace.workspaceFolders === undefined
    ? ConfigurationTarget.Global
    : ConfigurationTarget.Workspace;
}

function savedModels(from: WorkspaceConfiguration, target: ConfigurationTarget): SettingsByGlob {
  const saved = from.inspect<SettingsByGlob>(SETTINGS.models);
  switch (target) {
    case ConfigurationTarget.WorkspaceFolder:
      return saved?.workspaceFolderValue ?? {};
    case ConfigurationTarget.Workspace:
      return saved?.workspaceValue ?? {};
    case ConfigurationTarget.Global:
      return saved?.globalValue ?? {};
  }
}
