const HEX = Uint16Array.from({ length: 256 }, (_, byte) =>
	Buffer.from(byte.toString(16).padStart(2, '0')).readUInt16LE(),
);

/** Writes the lower half of a word as four lowercase hexadecimal digits. */
export function writeHexHalf(view: DataView, at: number, half: number): void {
	view.setUint16(at, HEX[(half >>> 8) & 255]!, true);
	view.setUint16(at + 2, HEX[half & 255]!, true);
}

/** Writes a word as eight lowercase hexadecimal digits. */
export function writeHexWord(view: DataView, at: number, word: number): void {
	writeHexHalf(view, at, word >>> 16);
	writeHexHalf(view, at + 4, word);
}
