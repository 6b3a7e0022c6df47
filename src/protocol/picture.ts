/** What a picture may have where the user has set nothing else, in millions of pixels. */
export const DEFAULT_MAX_MEGAPIXELS = 100;
