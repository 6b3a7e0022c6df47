import sharp from 'sharp';

const AS_STORED = 1;

/** EXIF's orientation of a picture, 1 … 8; 1 where it has none or none can be read. */
export async function orientationOf(file: string): Promise<number> {
  try {
    const { orientation = AS_STORED } = await sharp(file).metadata();
    return orientation;
  } catch {
    // BMP has no EXIF, and what is no picture was refused before anything was marked in it.
    return AS_STORED;
  }
}
