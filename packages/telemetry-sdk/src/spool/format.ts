/**
 * The files of the audit spool, version 1. All numbers are little endian; everything is aligned to four bytes.
 *
 * A producer (one process) has a directory of its own, named by its id (a UUID). In it, segments: `segment-00000001.spool`,
 * `segment-00000002.spool`, …, each a header and groups one behind the other; `checkpoints.ndjson`; `owner.json`; `shipped.json`.
 *
 * ```
 * Segment header, 64 bytes
 *   0  "PTSPOOL1"
 *   8  u32 version, 1
 *  12  u32 bytes of this header, 64
 *  16  16 bytes: the producer's id
 *  32  u32 number of the segment, from 1
 *  36  u32 0
 *  40  f64 when it was begun, milliseconds since the Unix epoch; the one thing here that nothing proves, and nothing is made of
 *  48  f64 number of its first entry
 *  56  8 bytes: 0
 *
 * Group header, 96 bytes
 *   0  u32 0x31475450, "PTG1"
 *   4  u32 bytes of the group, this header included
 *   8  u32 numbered entries in it
 *  12  u32 0
 *  16  f64 number of its first entry (producer_seq, from 1, without gaps)
 *  24  f64 when it was written, milliseconds since the Unix epoch
 *  32  32 bytes: hash of the group before it, whatever segment that is in; of the first one: SHA-256 of the producer's id
 *  64  32 bytes: SHA-256 of the first 64 bytes of this header and of the entries
 *  96  entries
 *
 * Entry
 *   0  u32 kind (8 bits) and words of the entry, this one included (24 bits)
 *   4  TEXT_DEFINITION: u32 id, u32 bytes, UTF-8, padded with zeros
 *      EPOCH:           u32 number, 8 words of the seed of its ids
 *      RECEIPT:         the words of a record's journal (`recorder/layout.ts`)
 *      SCOPE:           u32 base of a module's definitions, u32 bytes, UTF-8, padded with zeros: who speaks for them, name@version
 *      EVENT:           u32 bytes, JSON in UTF-8, padded with zeros: an event that belongs to no record
 * ```
 *
 * RECEIPT and EVENT are numbered. A segment's first group defines every text, epoch and scope that its receipts can refer to, so that it can be
 * read without the segments before it.
 */
export const SEGMENT_MAGIC = 'PTSPOOL1';
export const FORMAT_VERSION = 1;
export const SEGMENT_HEADER_BYTES = 64;
export const GROUP_MAGIC = 0x31475450;
export const GROUP_HEADER_BYTES = 96;
export const GROUP_HEADER_WORDS = GROUP_HEADER_BYTES / 4;
/** Of a group's header, as positions in bytes. */
export const GROUP = {
	BYTES: 4,
	ENTRIES: 8,
	FIRST_SEQ: 16,
	TIME: 24,
	PREVIOUS: 32,
	HASH: 64,
} as const;
export const HASH_BYTES = 32;

export const EntryKind = { TEXT_DEFINITION: 1, EPOCH: 2, RECEIPT: 3, EVENT: 4, SCOPE: 5 } as const;
export type EntryKind = (typeof EntryKind)[keyof typeof EntryKind];

export const ENTRY_KIND_BITS = 8;
export const ENTRY_KIND_MASK = 0xff;
/** The longest entry, in words. */
export const MAX_ENTRY_WORDS = 2 ** 24 - 1;
/** The longest group that is believed. */
export const MAX_GROUP_BYTES = 80 * 1024 * 1024;

export const segmentName = (number: number): string => `segment-${String(number).padStart(8, '0')}.spool`;
/** The number of a segment's file; undefined for other files. */
export function segmentNumber(name: string): number | undefined {
	const digits = /^segment-(\d{8,})\.spool$/.exec(name)?.[1];
	return digits === undefined ? undefined : Number(digits);
}
