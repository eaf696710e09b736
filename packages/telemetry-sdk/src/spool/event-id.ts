import { writeHexWords } from '@pipeline/telemetry-core';

const words = new Uint32Array(4);

/**
 * The id of an event of a spool: a UUID of version 7 that follows from where the event stands, so that it is the same whenever the entry is
 * expanded. Time, number within its entry (12 bits), producer (30 bits of its id's random part), number of the entry (32 bits).
 */
export function spooledEventId(producerId: string, seq: number, index: number, timeMs: number): string {
	writeSpooledEventId(producerBits(producerId), seq, index, timeMs, words);
	const hex = writeHexWords(words, 0, 4);
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** What a producer contributes to the ids of its events. */
export const producerBits = (producerId: string): number => Number.parseInt(producerId.slice(-8), 16) & 0x3fffffff;

/** Writes the four words of the id, most significant first. */
export function writeSpooledEventId(
	producer: number,
	seq: number,
	index: number,
	timeMs: number,
	out: Uint32Array | Int32Array,
): void {
	const time = Math.max(0, Math.floor(timeMs));
	out[0] = Math.floor(time / 0x10000);
	out[1] = (time % 0x10000) * 0x10000 + 0x7000 + (index & 0xfff);
	out[2] = 0x80000000 + producer;
	out[3] = seq % 2 ** 32;
}
