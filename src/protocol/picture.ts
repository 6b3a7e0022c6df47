/** What a picture may have where the user has set nothing else, in millions of pixels. */
export const DEFAULT_MAX_MEGAPIXELS = 100;

/** What the names of pictures end in, in small letters. */
export const PICTURE_ENDINGS = ['png', 'jpg', 'jpeg', 'webp', 'bmp', 'gif', 'tif', 'tiff', 'avif'];

/** Whether a file is a picture, by its name. */
export function isPicture(path: string): boolean {
  return endsInOne(path, PICTURE_ENDINGS);
}

/** Whether a file is a picture by its name, be it of a format that is not read. */
export function isAnyPicture(path: string): boolean {
  return isPicture(path) || endsInOne(path, ['heic', 'heif', 'jxl', 'jp2']);
}

function endsInOne(path: string, endings: readonly string[]): boolean {
  return endings.some((ending) => path.toLowerCase().endsWith(`.${ending}`));
}
