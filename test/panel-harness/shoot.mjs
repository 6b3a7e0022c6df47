// The pages without VS Code, for looking at them:
//
//   npx tsx test/panel-harness/timelineData.mts OUTDIR
//   node test/panel-harness/shoot.mjs OUTDIR
//
// builds the panel's page with made-up data and the timeline's with the sample's checkpoints into OUTDIR, opens it in Chromium (CHROMIUM, else /usr/bin/chromium) and takes
// screenshots in every theme, width and state. OUTDIR/dark.html?scenario=ready can also be opened in a browser by hand.
import { join, resolve } from 'node:path';
import { buildHarness } from './build.mjs';
import { launch } from './launch.mjs';
import { openShot, SHOTS } from './shots.mjs';

const outdir = resolve(process.argv[2] ?? 'out/panel');
await buildHarness(outdir);
const browser = await launch();
let failed = false;
const wanted = process.argv.slice(3);
for (const shot of SHOTS) {
  const { name, fullPage = false } = shot;
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const page = await openShot(browser, outdir, shot, (text) => {
    failed = true;
    console.error(`${name}: ${text}`);
  });
  await page.screenshot({ path: join(outdir, `${name}.png`), fullPage });
  await page.close();
}
await browser.close();
process.exitCode = failed ? 1 : 0;
