import type { Redaction } from '../redaction/redaction.ts';
import { Definitions } from './definitions.ts';
import { EntryKind } from './format.ts';
import { groupEntries } from './group-entries.ts';
import { GroupWriter } from './group-writer.ts';
import { ParkedReceipts } from './parked-receipts.ts';
import type { RecentGroups } from './recent-groups.ts';
import { redactGroup } from './redact-group.ts';
import { type DurablePoint, type PendingGroup, SegmentWriter } from './segment-writer.ts';
import type { GroupMessage } from './spool-messages.ts';

const PREAMBLE_BYTES = 1_048_576;
const PREAMBLE_ROOM = 64 * PREAMBLE_BYTES;

export interface GroupAppenderOptions {
	readonly directory: string;
	readonly producerId: string;
	readonly segmentBytes?: number | undefined;
	readonly redaction: Redaction;
	readonly now?: () => number;
	/** Told of what is on disk. */
	readonly recent?: RecentGroups | undefined;
}

/** A group in memory that it shares with whoever has filled it. */
export function pendingGroup({ memory, words, entries }: GroupMessage): PendingGroup {
	return { bytes: new Uint8Array(memory, 0, words * 4), entries };
}

/** Takes filled groups to disk: redacted, chained, each segment readable alone. */
export class GroupAppender {
	/** What was appended and may be asked for. */
	readonly parked: ParkedReceipts;
	readonly #definitions = new Definitions();
	readonly #writer: SegmentWriter;
	readonly #redaction: Redaction;
	readonly #recent: RecentGroups | undefined;
	/** What is written again after a failure is clean already. */
	readonly #redacted = new WeakSet<Uint8Array>();

	constructor({ directory, producerId, segmentBytes, redaction, now, recent }: GroupAppenderOptions) {
		this.#recent = recent;
		this.parked = new ParkedReceipts(directory);
		this.#redaction = redaction;
		this.#writer = new SegmentWriter({
			directory,
			producerId,
			segmentBytes,
			preamble: () => this.#preamble(),
			...(now === undefined ? {} : { now }),
		});
	}

	get point(): DurablePoint {
		return this.#writer.point;
	}

	/** Ends of the segments that nothing is added to any more, each of them once. */
	takeFinished(): readonly DurablePoint[] {
		return this.#writer.takeFinished();
	}

	/** @throws when they are not on disk; the same groups can be given again */
	async append(groups: readonly PendingGroup[]): Promise<void> {
		for (const { bytes } of groups) {
			if (this.#redacted.has(bytes)) continue;
			redactGroup(wordsOf(bytes), this.#redaction);
			this.#redacted.add(bytes);
		}
		await this.#writer.write(groups);
		const { segment, bytes: end } = this.#writer.point;
		let place = (end - groups.reduce((sum, { bytes }) => sum + bytes.length, 0)) >>> 2;
		for (const { bytes } of groups) {
			const words = wordsOf(bytes);
			for (const entry of groupEntries(words)) {
				this.#definitions.learn(words, entry);
				if (entry.kind === EntryKind.RECEIPT) this.parked.add(words, entry.at + 1, segment, place + entry.at + 1);
			}
			this.#recent?.add(segment, place * 4, bytes);
			place += words.length;
		}
	}

	close(): Promise<void> {
		return this.#writer.close();
	}

	#preamble(): readonly PendingGroup[] {
		const groups: PendingGroup[] = [];
		const writer = new GroupWriter({
			groupBytes: PREAMBLE_BYTES,
			maxQueueBytes: PREAMBLE_ROOM,
			onGroup: ({ buffer, words, entries }) => groups.push({ bytes: buffer.bytes.subarray(0, words * 4), entries }),
			onFirst: () => {},
			onLost: () => {},
		});
		this.#definitions.writeTo(writer);
		writer.close();
		return groups;
	}
}

function wordsOf(bytes: Uint8Array): Int32Array {
	return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength >>> 2);
}
