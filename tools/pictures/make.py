"""Writes small pictures of unusual kinds and, beside them, their pixels as Pillow decodes them (expected.json)."""

import json
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

WIDTH, HEIGHT = 4, 3
random = np.random.default_rng(7)


def noise(bands: int) -> np.ndarray:
    return random.integers(0, 256, (HEIGHT, WIDTH, bands), dtype=np.uint8)


def write_deep_png(path: Path) -> None:
    """16 bits a channel, which Pillow reads and does not write."""
    rows = random.integers(0, 1 << 16, (HEIGHT, 3 * WIDTH)).astype(">u2")
    lines = b"".join(b"\0" + row.tobytes() for row in rows)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 16, 2, 0, 0, 0)
    parts = [(b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b"")]
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))


def write_planes(path: Path, bands: np.ndarray) -> None:
    """A TIFF of bands that stand one after the other and call themselves grey, as satellite pictures do."""
    height, width, count = bands.shape
    tags = [(256, width), (257, height), (262, 1), (277, count), (278, height), (284, 2)]
    lists = [(258, [8] * count), (273, None), (279, [height * width] * count), (338, [0] * (count - 1))]
    entries = sorted(tags + lists, key=lambda tag: tag[0])
    start = 8 + 2 + 12 * len(entries) + 4
    pixels = start + 4 * sum(count - (tag == 338) for tag, _ in lists)
    directory, values = b"", b""
    for tag, value in entries:
        listed = [pixels + plane * height * width for plane in range(count)] if tag == 273 else value
        if isinstance(listed, int):
            directory += struct.pack("<HHII", tag, 4, 1, listed)
            continue
        directory += struct.pack("<HHII", tag, 4, len(listed), start + len(values))
        values += struct.pack(f"<{len(listed)}I", *listed)
    head = b"II" + struct.pack("<HIH", 42, 8, len(entries))
    path.write_bytes(head + directory + struct.pack("<I", 0) + values + bands.transpose(2, 0, 1).tobytes())


def main(folder: Path) -> None:
    inks = Image.fromarray(noise(4), "CMYK")
    inks.save(folder / "cmyk.tif")
    inks.save(folder / "cmyk.jpg", quality=100, subsampling=0)
    Image.fromarray(noise(4), "RGBA").save(folder / "rgba.png")
    Image.fromarray(noise(2), "LA").save(folder / "la.png")
    palette = Image.fromarray(noise(3), "RGB").quantize(8)
    palette.save(folder / "palette.png", transparency=2)
    exif = Image.Exif()
    exif[274] = 6
    Image.fromarray(noise(3), "RGB").save(folder / "turned.png", exif=exif)
    Image.fromarray(np.array([[0, 0.5], [1, 3]], dtype=np.float32)).save(folder / "float.tif")
    write_deep_png(folder / "deep.png")
    colours = Image.fromarray(noise(3), "RGB").quantize(8)
    colours.save(folder / "transparent.gif", transparency=2)
    bands = noise(5)
    write_planes(folder / "planes.tif", bands)
    names = ["cmyk.tif", "cmyk.jpg", "rgba.png", "la.png", "palette.png", "turned.png", "deep.png", "transparent.gif"]
    expected = {}
    for name in names:
        picture = ImageOps.exif_transpose(Image.open(folder / name)).convert("RGB")
        expected[name] = {"width": picture.width, "height": picture.height, "rgb": list(picture.tobytes())}
    # Pillow reads no more than four bands.
    expected["planes.tif"] = {"width": WIDTH, "height": HEIGHT, "rgb": bands[..., :3].ravel().tolist()}
    (folder / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
