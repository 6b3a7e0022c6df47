import { commands, Disposable, l10n, window } from 'vscode';

import { COMMANDS } from '../editor/ids.js';
import type { CommandId } from '../editor/ids.js';
import { errorDetail, errorText } from '../editor/localize.js';
import type { App } from './app.js';
import { insertCheckpointExport } from './checkpointExport.js';
import { compareCheckpoints, removeRun, showTimeline, watchCheckpoints, watchSample } from './checkpoints.js';
import { explainCheckpoint } from './explainCheckpoint.js';
import { chooseGraph, chooseReference } from './graphChoice.js';
import { checkPreprocessing } from './checkPreprocessing.js';
import { explainClass, setExpectedClass } from './classes.js';
import { adviseLayer } from './adviseLayer.js';
import { evaluate, showEvaluations } from './evaluate.js';
import { excitingPictures } from './excitingPictures.js';
import { explain, explainSample } from './explain.js';
import { exportLayer } from './exportLayer.js';
import {
  clearLayerFilter,
  copyTensorName,
  filterLayers,
  nextLayer,
  previousLayer,
  revealLayer,
} from './layers.js';
import { chooseMethod } from './methods.js';
import { chooseModel, openLayerTree, useAsModel } from './model.js';

type Handler = (app: App, ...args: never[]) => unknown;

const HANDLERS: Readonly<Record<CommandId, Handler>> = {
  [COMMANDS.explain]: explain,
  [COMMANDS.explainSample]: explainSample,
  [COMMANDS.chooseModel]: chooseModel,
  [COMMANDS.useAsModel]: useAsModel,
  [COMMANDS.openLayerTree]: openLayerTree,
  [COMMANDS.revealLayer]: revealLayer,
  [COMMANDS.copyTensorName]: copyTensorName,
  [COMMANDS.nextLayer]: nextLayer,
  [COMMANDS.previousLayer]: previousLayer,
  [COMMANDS.nextPicture]: ({ panels }) => panels.current?.filmstrip.step(1),
  [COMMANDS.previousPicture]: ({ panels }) => panels.current?.filmstrip.step(-1),
  [COMMANDS.toggleFilmstrip]: ({ panels }) => panels.current?.filmstrip.toggle(),
  [COMMANDS.focusFilmstrip]: ({ panels }) => panels.current?.focusFilmstrip(),
  [COMMANDS.filterLayers]: filterLayers,
  [COMMANDS.clearLayerFilter]: clearLayerFilter,
  [COMMANDS.explainClass]: explainClass,
  [COMMANDS.chooseMethod]: chooseMethod,
  [COMMANDS.setExpectedClass]: setExpectedClass,
  [COMMANDS.checkPreprocessing]: checkPreprocessing,
  [COMMANDS.exportLayer]: exportLayer,
  [COMMANDS.watchCheckpoints]: watchCheckpoints,
  [COMMANDS.compareCheckpoints]: compareCheckpoints,
  [COMMANDS.watchSample]: watchSample,
  [COMMANDS.showTimeline]: showTimeline,
  [COMMANDS.removeRun]: removeRun,
  [COMMANDS.explainCheckpoint]: explainCheckpoint,
  [COMMANDS.chooseGraph]: chooseGraph,
  [COMMANDS.chooseReference]: chooseReference,
  [COMMANDS.insertCheckpointExport]: insertCheckpointExport,
  [COMMANDS.evaluate]: evaluate,
  [COMMANDS.showEvaluations]: showEvaluations,
  [COMMANDS.adviseLayer]: adviseLayer,
  [COMMANDS.excitingPictures]: excitingPictures,
  [COMMANDS.showLog]: ({ log }) => {
    log.show();
  },
  [COMMANDS.restartEngine]: ({ engine }) => {
    engine.restart();
  },
};

export function registerCommands(app: App): Disposable {
  const registered = Object.entries(HANDLERS).map(([id, handler]) =>
    commands.registerCommand(id, async (...args: never[]) => {
      try {
        await handler(app, ...args);
      } catch (error) {
        await report(app, error);
      }
    }),
  );
  return Disposable.from(...registered);
}

async function report({ log }: App, error: unknown): Promise<void> {
  log.error(errorDetail(error));
  const showLog = l10n.t('Show Log');
  if ((await window.showErrorMessage(errorText(error), showLog)) === showLog) log.show();
}
