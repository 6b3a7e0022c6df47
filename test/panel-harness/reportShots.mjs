// What each picture of the report shows; `act` brings the page there.
const WIDE = { width: 1300, height: 900 };
const NARROW = { width: 400, height: 900 };

export const REPORT_SHOTS = [
  { name: 'report-dark', theme: 'dark.report', size: WIDE, fullPage: true },
  { name: 'report-light', theme: 'light.report', size: WIDE, fullPage: true, act: sort },
  { name: 'report-compared', theme: 'light.report', scenario: 'compared', size: WIDE, fullPage: true },
  { name: 'report-compared-dark', theme: 'dark.report', scenario: 'compared', size: WIDE },
  {
    name: 'report-contrast-dark',
    theme: 'contrast-dark.report',
    scenario: 'compared',
    size: WIDE,
    fullPage: true,
  },
  { name: 'report-contrast-light', theme: 'contrast-light.report', size: WIDE, fullPage: true },
  { name: 'report-narrow', theme: 'dark.report', scenario: 'compared', size: NARROW, fullPage: true },
  { name: 'report-korean', theme: 'light.report.ko', scenario: 'compared', size: WIDE, fullPage: true },
  { name: 'report-settings', theme: 'dark.report', size: { width: 900, height: 700 }, act: openSettings },
  { name: 'report-channels-dark', theme: 'dark.report', size: WIDE, act: toChannels },
  { name: 'report-channels-light', theme: 'light.report', size: WIDE, act: byActivation },
  { name: 'report-channels-contrast', theme: 'contrast-dark.report', size: WIDE, act: byActivation },
  { name: 'report-channels-narrow', theme: 'dark.report', size: NARROW, act: searchChannel },
  { name: 'report-channels-korean', theme: 'light.report.ko', size: WIDE, act: scrollToChannels },
  { name: 'report-layer-list', theme: 'dark.report', size: { width: 900, height: 700 }, act: openLayers },
  { name: 'report-partial', theme: 'dark.report', scenario: 'partial', size: WIDE },
  { name: 'report-empty', theme: 'light.report', scenario: 'empty', size: { width: 900, height: 500 } },
  { name: 'report-broken', theme: 'dark.report', scenario: 'broken', size: { width: 900, height: 500 } },
  { name: 'report-loading', theme: 'dark.report', scenario: 'loading', size: { width: 900, height: 500 } },
];

async function sort(page) {
  await page.getByRole('button', { name: 'Grad-CAM', exact: true }).first().click();
}

async function openLayers(page) {
  const pictures = page.getByRole('region', { name: 'Best and Worst Pictures' });
  await pictures.getByRole('button', { name: /^Layer/ }).click();
}

async function openSettings(page) {
  await page.getByText('Settings', { exact: true }).click();
  await page.getByRole('button', { name: 'Export' }).click();
}

async function scrollToChannels(page) {
  await page.locator('.report-channels').evaluate((list) => list.closest('section').scrollIntoView());
  await page.locator('.report-crop img').first().waitFor();
}

async function toChannels(page) {
  await scrollToChannels(page);
  await page.getByRole('button', { name: 'Channels behind these' }).click();
}

async function byActivation(page) {
  const section = page.getByRole('region', { name: 'Which Pictures Excite a Channel?' });
  await section.getByRole('button', { name: /^Layer/ }).click();
  await page.getByRole('option', { name: 'layer2/0' }).click();
  await section.getByRole('radio', { name: 'Activation' }).check();
  await scrollToChannels(page);
}

async function searchChannel(page) {
  await page.getByRole('spinbutton', { name: 'Channel number' }).fill('7');
  await scrollToChannels(page);
}
