import { writeHexWords } from '@pipeline/telemetry-core';

const words = new Uint32Array(4);

/**
 * The id of an event of a spool: a UUID of version 7 that follows from where the event stands, so that it is the same whenever the entry is
 * expanded. Time, number within its entry (12 bits), producer (30 bits of its id's random part), number of the entry (32 bits).
 */
export function spooledEventId(producerId: string, seq: number, index: number, timeMs: number): string {
	const time = Math.max(0, Math.floor(timeMs));
	words[0] = Math.floor(time / 0x10000);
	words[1] = (time % 0x10000) * 0x10000 + 0x7000 + (index & 0xfff);
	words[2] = 0x80000000 + (Number.parseInt(producerId.slice(-8), 16) & 0x3fffffff);
	words[3] = seq % 2 ** 32;
	const hex = writeHexWords(words, 0, 4);
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
