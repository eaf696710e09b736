import { Definitions } from './definitions.ts';
import { SEGMENT_HEADER_BYTES } from './format.ts';
import { countNumbered, groupEntries } from './group-entries.ts';
import type { RecentGroups } from './recent-groups.ts';
import { SegmentReader, type StoredGroup } from './segment-reader.ts';
import { listSegments, type SegmentFile } from './spool-directory.ts';

/** A place between two groups of a producer. */
export interface SpoolPosition {
	readonly segment: number;
	readonly offset: number;
	/** Number of the last entry before it. */
	readonly seq: number;
}

export const SPOOL_BEGIN: SpoolPosition = { segment: 0, offset: SEGMENT_HEADER_BYTES, seq: 0 };

/** A group that was read, with what its receipts refer to. */
export interface ReadGroup {
	readonly group: StoredGroup;
	readonly definitions: Definitions;
}

/** Reads a producer's groups one after the other, those included that are written meanwhile. */
export class SpoolCursor {
	readonly #directory: string;
	readonly #recent: RecentGroups | undefined;
	readonly #learnsFrom: 'all' | 'intact';
	#position: SpoolPosition;
	#reader: SegmentReader | undefined;
	#definitions = new Definitions();

	/**
	 * Groups before `from` are only read for what they define.
	 *
	 * @param recent groups that are in memory still
	 * @param learnsFrom groups whose definitions hold for those behind them: all, or only those that nobody has changed
	 */
	constructor(
		directory: string,
		from: SpoolPosition = SPOOL_BEGIN,
		recent?: RecentGroups,
		learnsFrom: 'all' | 'intact' = 'all',
	) {
		this.#directory = directory;
		this.#position = from;
		this.#recent = recent;
		this.#learnsFrom = learnsFrom;
	}

	/** Behind the group that was read last. */
	get position(): SpoolPosition {
		return this.#position;
	}

	/** The next group that ends with entry `last` or before; undefined when there is none now. */
	async next(last: number = Number.POSITIVE_INFINITY): Promise<ReadGroup | undefined> {
		// Nobody has to look for what cannot be there.
		if (this.#position.seq >= last) return undefined;
		for (;;) {
			if (this.#reader === undefined && !(await this.#open(await this.#segmentFrom(this.#position.segment))))
				return undefined;
			const reader = this.#reader as SegmentReader;
			const { offset } = this.#position;
			let group = this.#recent?.take(reader.header.segment, offset) ?? (await reader.groupAt(offset));
			if (group === undefined) {
				const following = await this.#segmentFrom(this.#position.segment + 1);
				// Nothing is added to this one any more since there is another; but it may have been until then.
				group = following && (await reader.groupAt(offset));
				if (group === undefined) {
					if (!(await this.#open(following))) return undefined;
					await reader.close();
					continue;
				}
			}
			const seq = this.#endOf(group, last);
			return seq > last ? undefined : this.#read(reader, group, seq);
		}
	}

	async close(): Promise<void> {
		await this.#reader?.close();
		this.#reader = undefined;
	}

	/** Number of a group's last entry. What an altered one says of itself counts for nothing. */
	#endOf({ isIntact, firstSeq, entries, words }: StoredGroup, last: number): number {
		const { seq } = this.#position;
		return isIntact ? Math.max(seq, firstSeq + entries - 1) : Math.min(last, seq + countNumbered(words));
	}

	#read({ header }: SegmentReader, group: StoredGroup, seq: number): ReadGroup {
		const { offset, bytes } = group;
		this.#learn(group);
		this.#position = { segment: header.segment, offset: offset + bytes, seq };
		return { group, definitions: this.#definitions };
	}

	#learn({ isIntact, words }: StoredGroup): void {
		if (!isIntact && this.#learnsFrom === 'intact') return;
		for (const entry of groupEntries(words)) this.#definitions.learn(words, entry);
	}

	/** The first segment from `number` on. */
	async #segmentFrom(number: number): Promise<SegmentFile | undefined> {
		return (await listSegments(this.#directory)).find((candidate) => candidate.number >= number);
	}

	/** @returns false where there is none to open */
	async #open(file: SegmentFile | undefined): Promise<boolean> {
		if (file === undefined) return false;
		const reader = await SegmentReader.open(file.path);
		this.#reader = reader;
		this.#definitions = new Definitions();
		const { segment, offset: resumeAt } = this.#position;
		let offset = SEGMENT_HEADER_BYTES;
		while (file.number === segment && offset < resumeAt) {
			const group = await reader.groupAt(offset);
			if (group === undefined) break;
			this.#learn(group);
			offset += group.bytes;
		}
		this.#position = { ...this.#position, segment: file.number, offset };
		return true;
	}
}
