// What each picture of the timeline shows; `act` brings the page there.
const WIDE = { width: 1400, height: 900 };
const NARROW = { width: 400, height: 900 };

export const TIMELINE_SHOTS = [
  { name: 'timeline-dark', theme: 'dark.timeline', size: WIDE },
  {
    name: 'timeline-light-whole',
    theme: 'light.timeline',
    size: { width: 1400, height: 1750 },
    act: pinFirst,
  },
  { name: 'timeline-contrast-dark', theme: 'contrast-dark.timeline', size: WIDE, act: pinFirst },
  { name: 'timeline-contrast-light', theme: 'contrast-light.timeline', size: WIDE },
  { name: 'timeline-narrow', theme: 'dark.timeline', size: NARROW, fullPage: true, act: pinFirst },
  { name: 'timeline-korean', theme: 'light.timeline.ko', size: { width: 1400, height: 1600 } },
  {
    name: 'timeline-pictures',
    theme: 'light.timeline',
    size: { width: 1600, height: 1200 },
    act: showPictures,
  },
  { name: 'timeline-busy', theme: 'dark.timeline', scenario: 'busy', size: WIDE, act: showFailed },
  { name: 'timeline-two', theme: 'light.timeline', scenario: 'two', size: { width: 1400, height: 1900 } },
  { name: 'timeline-many', theme: 'dark.timeline', scenario: 'many', size: { width: 1400, height: 1600 } },
  {
    name: 'timeline-run-menu',
    theme: 'dark.timeline',
    size: WIDE,
    act: (page) => openHead(page, /baseline/),
  },
  {
    name: 'timeline-picture-list',
    theme: 'light.timeline',
    size: WIDE,
    act: (page) => openHead(page, /^Picture /),
  },
  {
    name: 'timeline-class-list',
    theme: 'dark.timeline',
    size: WIDE,
    act: (page) => openHead(page, /^Class /),
  },
  {
    name: 'timeline-layer-list',
    theme: 'light.timeline',
    size: WIDE,
    act: (page) => openHead(page, /^Layer /),
  },
  {
    name: 'timeline-method-list',
    theme: 'dark.timeline',
    size: WIDE,
    act: (page) => openHead(page, /^Method /),
  },
  { name: 'timeline-loading', theme: 'dark.timeline', scenario: 'loading', size: WIDE },
  {
    name: 'timeline-waiting',
    theme: 'dark.timeline',
    scenario: 'waiting',
    size: { width: 900, height: 500 },
  },
  {
    name: 'timeline-no-picture',
    theme: 'light.timeline',
    scenario: 'noPicture',
    size: { width: 900, height: 500 },
  },
  { name: 'timeline-no-run', theme: 'light.timeline', scenario: 'none', size: { width: 900, height: 500 } },
];

async function openHead(page, name) {
  await page.getByRole('button', { name }).first().click();
}

async function pinFirst(page) {
  const slider = page.getByRole('slider', { name: 'Checkpoint shown' });
  await slider.press('Home');
  await page.getByRole('button', { name: 'Pin Epoch 0' }).click();
  for (const key of ['End', 'ArrowLeft']) await slider.press(key);
}

async function showPictures(page) {
  await page.getByRole('slider', { name: 'Checkpoint shown' }).press('Home');
  await page.getByRole('slider', { name: 'Checkpoint shown' }).press('ArrowRight');
  await page.getByRole('radio', { name: 'Pictures' }).check();
}

async function showFailed(page) {
  const slider = page.getByRole('slider', { name: 'Checkpoint shown' });
  await slider.press('End');
  for (let i = 0; i < 3; i++) await slider.press('ArrowLeft');
}
