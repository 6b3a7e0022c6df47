const vscode = require('vscode');

exports.activate = async () => {
  // A window that was reloaded has its panel back already.
  if (vscode.window.tabGroups.all.some((group) => group.tabs.length > 0)) return;
  const file = (name) => vscode.Uri.joinPath(vscode.workspace.workspaceFolders[0].uri, name);
  await vscode.commands.executeCommand('relevanceCam.useAsModel', file('sample.onnx'));
  await vscode.commands.executeCommand('relevanceCam.explain', file(process.env.RELEVANCE_CAM_SAMPLE));
};
