import { groupOf, type StoredGroup } from './segment-reader.ts';

/** Bytes of groups that wait here: more than a busy process fills while a request is sent. */
const MAX_BYTES = 4_194_304;

interface RecentGroup {
	readonly segment: number;
	readonly group: StoredGroup;
}

/** The groups that were written last, for whoever sends them: so that they need not be read again. What finds no room here is read from disk. */
export class RecentGroups {
	readonly #maxBytes: number;
	readonly #groups: RecentGroup[] = [];
	#bytes = 0;

	constructor(maxBytes = MAX_BYTES) {
		this.#maxBytes = maxBytes;
	}

	/** Keeps a copy of a sealed group. Groups come in the order in which they stand in the spool. */
	add(segment: number, offset: number, bytes: Uint8Array): void {
		// Those in front are asked for first: they stay.
		if (this.#bytes + bytes.length > this.#maxBytes) return;
		this.#bytes += bytes.length;
		const copy = Buffer.allocUnsafeSlow(bytes.length);
		copy.set(bytes);
		this.#groups.push({ segment, group: groupOf(copy, offset, true) });
	}

	/** The group at a place, which is not kept any longer, as little as those before it. */
	take(segment: number, offset: number): StoredGroup | undefined {
		for (let first = this.#groups[0]; first !== undefined; first = this.#groups[0]) {
			const { group } = first;
			const isBefore = first.segment < segment || (first.segment === segment && group.offset < offset);
			const isIt = first.segment === segment && group.offset === offset;
			if (!isBefore && !isIt) return undefined;
			this.#groups.shift();
			this.#bytes -= group.bytes;
			if (isIt) return group;
		}
		return undefined;
	}
}
