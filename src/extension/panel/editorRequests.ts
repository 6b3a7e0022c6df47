import { commands, window } from 'vscode';

import type { PanelMessage } from '../../protocol/panel.js';
import { COMMANDS } from '../editor/ids.js';
import { saveFigure, saveValues } from './exportFiles.js';

/** What a page asks of the editor alone. */
export type EditorRequest = Extract<
  PanelMessage,
  {
    type:
      | 'notify'
      | 'saveFigure'
      | 'saveValues'
      | 'export'
      | 'checkPreprocessing'
      | 'adviseLayer'
      | 'excitingPictures'
      | 'showLog';
  }
>;

/** @param image path of the picture that is explained */
export async function answerByEditor(message: EditorRequest, image: string): Promise<void> {
  switch (message.type) {
    case 'notify':
      window.setStatusBarMessage(message.text, 5000);
      return;
    case 'saveFigure':
      return saveFigure(message, image);
    case 'saveValues':
      return saveValues(message.name, message.text, image);
    case 'export':
      return commands.executeCommand(COMMANDS.exportLayer, message);
    case 'checkPreprocessing':
      return commands.executeCommand(COMMANDS.checkPreprocessing);
    case 'adviseLayer':
    case 'excitingPictures':
    case 'showLog':
      return commands.executeCommand(COMMANDS[message.type], message);
  }
}
