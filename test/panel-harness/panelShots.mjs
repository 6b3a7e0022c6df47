// What each picture of the panel shows; `act` brings the page there.
export const PANEL_SHOTS = [
  { name: 'wide-dark', theme: 'dark' },
  { name: 'wide-light', theme: 'light' },
  { name: 'wide-contrast-dark', theme: 'contrast-dark' },
  { name: 'wide-contrast-light', theme: 'contrast-light' },
  { name: 'wide-1600', theme: 'light', size: { width: 1600, height: 1000 } },
  { name: 'narrow-400', theme: 'dark.ko', size: { width: 400, height: 800 } },
  { name: 'filmstrip', theme: 'contrast-light', size: { width: 1000, height: 760 }, act: walkFilmstrip },
  { name: 'medium', theme: 'dark', size: { width: 1000, height: 760 } },
  { name: 'narrow', theme: 'dark', size: { width: 500, height: 900 }, fullPage: true },
  { name: 'working', theme: 'dark', scenario: 'working' },
  { name: 'loading', theme: 'dark', scenario: 'loading' },
  { name: 'restarted', theme: 'light', scenario: 'restarted' },
  { name: 'error', theme: 'dark', scenario: 'error' },
  { name: 'failed', theme: 'dark', scenario: 'failed' },
  { name: 'unopened', theme: 'light', scenario: 'unopened', size: { width: 640, height: 480 } },
  { name: 'no-model', theme: 'light', scenario: 'noModel' },
  { name: 'head-640', theme: 'light', size: { width: 640, height: 700 } },
  {
    name: 'methods',
    theme: 'dark',
    act: (page) => page.getByRole('button', { name: /Method/ }).click(),
  },
  { name: 'cam-blocked', theme: 'light', act: blockByMethod },
  { name: 'lrp-pixels', theme: 'dark', method: 'lrp', act: choosePixels },
  { name: 'score-cam', theme: 'light', method: 'score-cam' },
  { name: 'class-picker', theme: 'dark', act: openClassPicker },
  {
    name: 'expected-picker',
    theme: 'light',
    scenario: 'unexpected',
    act: (page) => page.getByRole('button', { name: 'Set…' }).click(),
  },
  {
    name: 'export-menu',
    theme: 'contrast-dark',
    act: (page) => page.getByRole('button', { name: 'Export' }).click(),
  },
  { name: 'preprocessing', theme: 'dark', act: editPreprocessing },
  { name: 'preprocessing-contrast', theme: 'contrast-light', act: editPreprocessing },
  {
    name: 'seen',
    theme: 'light',
    page: 'form=panorama',
    act: async (page) => {
      await page.getByRole('button', { name: 'As the Model Sees It' }).click();
      await page.getByRole('img', { name: /as it is fed to the model/ }).scrollIntoViewIfNeeded();
    },
  },
  { name: 'channel', theme: 'dark', act: (page) => page.locator('.channel').first().click() },
  { name: 'channel-signed', theme: 'light', act: showSignedChannel },
  { name: 'mask', theme: 'light', act: (page) => page.getByRole('checkbox', { name: 'Mask' }).click() },
  { name: 'native-keyboard', theme: 'dark', act: readByKeyboard },
  { name: 'tree-keyboard', theme: 'contrast-dark', act: walkTree },
  { name: 'localisation', theme: 'dark', act: (page) => openView(page, 'Localisation') },
  {
    name: 'localisation-narrow',
    theme: 'light',
    size: { width: 500, height: 900 },
    fullPage: true,
    act: (page) => openView(page, 'Localisation'),
  },
  { name: 'marked', theme: 'dark', act: (page) => frame(page, ['Outlines']) },
  {
    name: 'marked-crop',
    theme: 'light',
    page: 'form=panorama',
    act: (page) => frame(page, ['Outlines', 'Crop only']),
  },
  {
    name: 'localisation-large',
    theme: 'dark',
    act: (page) => openMap(page, 'Localisation', /^Relevance-CAM\b/),
  },
  { name: 'classes-large', theme: 'light', act: (page) => openMap(page, 'Classes', /layer3/) },
  {
    name: 'channel-large',
    theme: 'contrast-dark',
    size: { width: 500, height: 800 },
    act: (page) => openMap(page, 'Channel', /^Activation/),
  },
  { name: 'classes', theme: 'light', act: compareThreeClasses },
  { name: 'classes-contrast', theme: 'contrast-dark', act: compareThreeClasses },
  {
    name: 'classes-long',
    theme: 'light',
    page: 'labels=long&form=portrait',
    act: (page) => openView(page, 'Classes'),
  },
  { name: 'compare', theme: 'dark', page: 'form=panorama', act: (page) => openView(page, 'Compare') },
  { name: 'compare-layers', theme: 'light', act: (page) => openPopover(page, 'Compare', /^Layers/) },
  { name: 'compare-column', theme: 'dark', act: (page) => openPopover(page, 'Compare', 'Grad-CAM++') },
  { name: 'compare-large', theme: 'dark', act: openLarge },
  { name: 'compare-korean', theme: 'light.ko', act: (page) => openView(page, '비교') },
  { name: 'compare-small', theme: 'contrast-dark', act: compareSmall },
  { name: 'compare-two', theme: 'dark', scenario: 'two', size: { width: 1600, height: 1000 }, act: compare },
  { name: 'compare-two-contrast', theme: 'contrast-light', scenario: 'two', act: compare },
  { name: 'compare-two-failed', theme: 'light', scenario: 'twoFailed', act: compare },
  { name: 'compare-two-opening', theme: 'contrast-dark', scenario: 'twoOpening', act: compare },
  {
    name: 'compare-two-400',
    theme: 'light.ko',
    scenario: 'two',
    size: { width: 400, height: 900 },
    act: (page) => openView(page, '비교'),
  },
  {
    name: 'compare-1600',
    theme: 'light',
    size: { width: 1600, height: 1000 },
    act: (page) => openView(page, 'Compare'),
  },
  {
    name: 'compare-400',
    theme: 'dark.ko',
    size: { width: 400, height: 900 },
    act: (page) => openView(page, '비교'),
  },
  { name: 'channel-view', theme: 'dark', act: (page) => openView(page, 'Channel') },
  { name: 'channel-layers', theme: 'light', act: (page) => openPopover(page, 'Channel', /^Layer/) },
  { name: 'selectivity', theme: 'light', act: (page) => openView(page, 'Selectivity') },
  { name: 'figure-menu', theme: 'dark', act: (page) => openPopover(page, 'Classes', 'Export') },
  { name: 'sanity', theme: 'dark', act: checkSanity },
  { name: 'sanity-offered', theme: 'light', act: (page) => openView(page, 'Sanity') },
  { name: 'sanity-half', theme: 'light', scenario: 'half', act: checkSanity },
  { name: 'sanity-contrast', theme: 'contrast-dark', act: checkSanity },
  {
    name: 'sanity-narrow',
    theme: 'light.ko',
    size: { width: 500, height: 900 },
    fullPage: true,
    act: (page) => checkSanity(page, '온전성', /^실행/),
  },
  {
    name: 'filter',
    theme: 'light',
    act: (page) => page.getByRole('textbox', { name: 'Filter layers' }).fill('layer2/1'),
  },
];

async function blockByMethod(page) {
  await page.getByRole('treeitem', { name: /^layer1/ }).click();
  await page.getByRole('button', { name: /Method/ }).click();
  await page.getByRole('menuitemradio', { name: /^CAM/ }).click();
}

async function choosePixels(page) {
  await page.getByRole('treeitem', { name: /Input pixels/ }).click();
}

async function showSignedChannel(page) {
  await page.getByRole('textbox', { name: 'Filter layers' }).fill('layer3/5/Add');
  await page.getByRole('treeitem', { name: /^Add/ }).click();
  await page.locator('.channel').first().click();
}

async function openView(page, name) {
  await page.getByRole('tab', { name, exact: true }).click();
  await page.locator('.view canvas').last().waitFor();
}

async function openPopover(page, view, name) {
  await openView(page, view);
  await page.locator('.view').getByRole('button', { name }).first().click();
}

async function compare(page) {
  await openView(page, 'Compare');
}

async function compareSmall(page) {
  await openView(page, 'Compare');
  await page.getByRole('radio', { name: 'S', exact: true }).check({ force: true });
}

async function frame(page, names) {
  for (const name of names) await page.getByRole('checkbox', { name }).click();
}

async function openMap(page, view, name) {
  await openView(page, view);
  await page.locator('.map-button').and(page.getByRole('button', { name })).first().click();
  await page.locator('dialog canvas').first().waitFor();
}

async function openLarge(page) {
  await openView(page, 'Compare');
  await page.locator('.cell.known').last().click();
  await page.locator('dialog canvas').first().waitFor();
}

async function checkSanity(page, view = 'Sanity', run = /^Run/) {
  await openView(page, view);
  await page.locator('.sanity-chain').getByRole('button', { name: run }).click();
  await page.locator('.sanity-plot').waitFor();
}

async function compareThreeClasses(page) {
  await openView(page, 'Classes');
  await page.getByRole('button', { name: 'Add Class…' }).click();
  await page.getByRole('combobox', { name: /Search classes/ }).fill('ostrich');
  await page.keyboard.press('Enter');
  await page.locator('.correlation-key').nth(2).waitFor();
}

async function openClassPicker(page) {
  await page.getByRole('button', { name: /^Class/ }).click();
  await page.getByRole('combobox', { name: /Search classes/ }).fill('el');
}

async function editPreprocessing(page) {
  await page.getByRole('button', { name: 'Edit preprocessing' }).click();
  await page.getByLabel('Std').fill('0.229, 0, x');
  await page.getByLabel('Shorter side').fill('200');
  await page.getByText('Check Preprocessing…').scrollIntoViewIfNeeded();
}

async function readByKeyboard(page) {
  await page.getByRole('radio', { name: 'Native' }).check();
  await page.getByRole('application').focus();
  for (const key of ['ArrowUp', 'ArrowLeft', 'ArrowLeft']) await page.keyboard.press(key);
}

async function walkFilmstrip(page) {
  await page.getByRole('listbox', { name: 'Pictures of the folder' }).focus();
  for (const key of ['End', 'Home', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
  await page.locator('.film canvas').nth(3).waitFor();
}

async function walkTree(page) {
  await page.getByRole('tree').focus();
  for (const key of ['l', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowDown'])
    await page.keyboard.press(key);
}
