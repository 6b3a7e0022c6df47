// What every command of the project needs first. Node's own modules only: nothing is installed yet.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const root = path.dirname(import.meta.dirname);

/** Installs the packages of package-lock.json unless they are there. */
export function ensureDependencies() {
  if (dependenciesInstalled()) return;
  console.log('Installing dependencies …');
  npm(['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

export function npm(args, options = {}) {
  const shell = process.platform === 'win32';
  execFileSync('npm', args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], shell, ...options });
}

export function node(args, options = {}) {
  execFileSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options });
}

function dependenciesInstalled() {
  const installedFile = path.join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const packages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const installed = packages(installedFile);
  const wanted = Object.entries(packages(path.join(root, 'package-lock.json')));
  return wanted.every(
    ([name, { version, optional }]) => name === '' || optional || installed[name]?.version === version,
  );
}
