#!/usr/bin/env node
import { run } from './run.js';

void run(process.argv.slice(2), {
  print: (text) => process.stdout.write(text),
  report: (text) => process.stderr.write(text),
  interactive: process.stderr.isTTY,
}).then((status) => {
  process.exitCode = status;
});
