import { l10n } from 'vscode';

/** Why a run of weights without a graph cannot be explained. */
export function noGraphText(): string {
  return l10n.t(
    'These checkpoints hold weights alone. Choose the graph that was exported from the model, an .onnx file, or put it beside them.',
  );
}
