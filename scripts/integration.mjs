// Runs the Mocha suite inside VS Code's extension host: in the VS Code named by VSCODE_EXECUTABLE, otherwise in the
// test bed, whose launcher stands in for it.
import { runTests } from '@vscode/test-electron';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleIntegrationTests, bundleTestBed } from './bundle-tests.mjs';
import { root } from './setup.mjs';

await bundleTestBed();
await bundleIntegrationTests();
const workspace = mkdtempSync(path.join(tmpdir(), 'relevance-cam-workspace-'));
try {
  cpSync(path.join(root, 'media/sample'), workspace, { recursive: true });
  process.exitCode = await runTests({
    vscodeExecutablePath: process.env.VSCODE_EXECUTABLE ?? path.join(root, 'out/bed/launcher.mjs'),
    extensionDevelopmentPath: root,
    extensionTestsPath: path.join(root, 'out/test/integration/index.js'),
    launchArgs: [workspace],
  });
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
