/** What the page says to assistive technology alone, in English; see `panelStrings.ts`. */
export const SPOKEN_STRINGS = {
  announceResult: '{label}, {probability}, layer {layer}, {height}×{width}.',
  announceHeaviest: 'Heaviest channel {channel}.',
  announceMoved: '{what} moved to place {place} of {count}.',
  announceAdded: '{what} added.',
  announceRemoved: '{what} removed.',
  announceFinished: 'Finished.',
  announceMap: 'Strongest {place}, {share} of the picture above mean + 1σ.',
  placeTopLeft: 'at the top left',
  placeTop: 'above the centre',
  placeTopRight: 'at the top right',
  placeLeft: 'left of the centre',
  placeCentre: 'in the centre',
  placeRight: 'right of the centre',
  placeBottomLeft: 'at the bottom left',
  placeBottom: 'below the centre',
  placeBottomRight: 'at the bottom right',
} as const;
