import { type EncodedLogs, EventLogEncoder } from '../encoding/event-log-encoder.ts';
import type { SpoolPlace } from '../encoding/log-record-frame.ts';
import type { TraceResource } from '../encoding/trace-request.ts';
import type { Redaction } from '../redaction/redaction.ts';
import { writeAltered } from './altered-file.ts';
import { type EntrySink, expandGroup } from './expand-group.ts';
import { countNumbered } from './group-entries.ts';
import type { RecentGroups } from './recent-groups.ts';
import type { StoredGroup } from './segment-reader.ts';
import { type ReadGroup, SpoolCursor, type SpoolPosition } from './spool-cursor.ts';

/** With the group that fills it, less than the 4 MiB that receivers of gRPC take. */
const FULL_BYTES = 1_000_000;

export interface SpoolRequestsOptions {
	readonly directory: string;
	readonly producerId: string;
	readonly resource: TraceResource;
	readonly redaction: Redaction;
	/** Groups that need not be read from disk. */
	readonly recent?: RecentGroups | undefined;
	/** Entries that are not there, that cannot be read, or that somebody has altered. */
	readonly onUnreadable: (count: number) => void;
}

/** Entries that are sent together. */
export interface SpoolRequest {
	readonly encoded: EncodedLogs;
	readonly places: readonly SpoolPlace[];
	/** What they are in. */
	readonly groups: readonly ReadGroup[];
	/** Behind the last of them. */
	readonly position: SpoolPosition;
}

/** Makes requests of a producer's entries, in their order. */
export class SpoolRequests {
	readonly #options: SpoolRequestsOptions;
	readonly #cursor: SpoolCursor;
	readonly #encoder: EventLogEncoder;
	#scopes: ReadGroup['definitions'] | undefined;
	#groups: ReadGroup[] = [];
	#places: SpoolPlace[] = [];
	#previousSeq: number;

	/** @param from where they begin */
	constructor(options: SpoolRequestsOptions, from: SpoolPosition) {
		const { directory, producerId, resource, redaction, recent } = options;
		this.#options = options;
		this.#cursor = new SpoolCursor(directory, from, recent, 'intact');
		this.#previousSeq = from.seq;
		this.#encoder = new EventLogEncoder({
			resource,
			redaction,
			producerId,
			scopeOf: (base) => this.#scopes?.scopeOf(base) ?? { name: '@pipeline/telemetry-core', version: '' },
		});
	}

	/** Behind what was read last. */
	get position(): SpoolPosition {
		return this.#cursor.position;
	}

	/**
	 * Reads until there is enough for a request, which `take` gives.
	 *
	 * @param durableSeq number of the newest entry that may be read
	 * @returns whether there may be more
	 * @throws what reading has thrown: nothing can be made of it any more
	 */
	async fill(durableSeq: () => number): Promise<boolean> {
		while (this.#encoder.pendingBytes < FULL_BYTES) {
			const { seq } = this.#cursor.position;
			const read = await this.#cursor.next(durableSeq());
			if (read === undefined) return false;
			this.#countMissing(seq, read);
			if (read.group.isIntact) this.#encode(read);
			else await this.#putAside(read.group);
		}
		return true;
	}

	/** What `fill` has read; undefined when there is nothing to send in it. */
	take(): SpoolRequest | undefined {
		const encoded = this.#encoder.take();
		if (encoded === undefined) return undefined;
		const request = { encoded, places: this.#places, groups: this.#groups, position: this.position };
		this.#places = [];
		this.#groups = [];
		return request;
	}

	/** Some of a request's entries as a request of their own, while nothing waits to be taken. */
	part({ groups, position }: SpoolRequest, places: readonly SpoolPlace[]): SpoolRequest | undefined {
		const wanted = new Map(places.map((place) => [place.seq, place]));
		for (const read of groups) {
			this.#scopes = read.definitions;
			let place: SpoolPlace | undefined;
			const sink: EntrySink = {
				emit: (event, detail) => {
					if (place !== undefined) this.#encoder.emit(event, detail);
				},
				journal: (words, at, context) => {
					if (place !== undefined) this.#encoder.journal(words, at, context);
				},
			};
			expandGroup(read, sink, (seq) => {
				place = wanted.get(seq);
				if (place !== undefined) this.#encoder.begin(place);
			});
		}
		const encoded = this.#encoder.take();
		return encoded && { encoded, places, groups, position };
	}

	/** Takes back the memory of a request that nobody reads any more. */
	recycle({ encoded }: SpoolRequest): void {
		this.#encoder.recycle(encoded);
	}

	async close(): Promise<void> {
		await this.#cursor.close();
	}

	/** Entries that were on disk, and that somebody has removed. */
	#countMissing(previous: number, { group }: ReadGroup): void {
		const missing = group.firstSeq - 1 - previous;
		// A producer's first segments are gone when what they held was sent.
		if (previous > 0 && missing > 0 && group.isIntact) this.#options.onUnreadable(missing);
	}

	/** What somebody has changed is not sent as if a process had said it. */
	async #putAside(group: StoredGroup): Promise<void> {
		const { directory, onUnreadable } = this.#options;
		await writeAltered(directory, this.position.segment, group);
		const entries = countNumbered(group.words);
		if (entries > 0) onUnreadable(entries);
	}

	#encode(read: ReadGroup): void {
		this.#scopes = read.definitions;
		const before = this.#places.length;
		let place: SpoolPlace | undefined;
		const endEntry = () => {
			if (place === undefined || this.#encoder.written === 0) return;
			this.#places.push(place);
			this.#previousSeq = place.seq;
		};
		const unreadable = expandGroup(read, this.#encoder, (seq) => {
			endEntry();
			place = { seq, previous: this.#previousSeq };
			this.#encoder.begin(place);
		});
		endEntry();
		if (this.#places.length > before) this.#groups.push(read);
		if (unreadable > 0) this.#options.onUnreadable(unreadable);
	}
}
