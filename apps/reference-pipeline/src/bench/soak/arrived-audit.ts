import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { readSpool, telemetryEventOf } from '@pipeline/telemetry-sdk/spool';

/** What came of the audit that a spool holds. */
export interface ArrivedAudit {
	/** Events in the spool. */
	readonly events: number;
	readonly missing: number;
	/** Events that were received, and are not in the spool. */
	readonly unknown: number;
	/** Events that arrived more than once. */
	readonly repeated: number;
	/** Events that arrived for the first time after two requests with later entries of their producer: two are on their way at most. */
	readonly outOfOrder: number;
}

/** In which order requests of each producer come. */
class ArrivalOrder {
	/** Newest entries of the two requests with the newest ones. */
	readonly #newest = new Map<string, readonly [newest: number, second: number]>();
	/** Newest entries of the request that is read. */
	readonly #current = new Map<string, number>();

	/** @returns whether it should have come before */
	add(producerId: string, seq: number): boolean {
		this.#current.set(producerId, Math.max(seq, this.#current.get(producerId) ?? 0));
		return seq < (this.#newest.get(producerId)?.[1] ?? 0);
	}

	endRequest(): void {
		for (const [producerId, seq] of this.#current) {
			const [newest, second] = this.#newest.get(producerId) ?? [0, 0];
			this.#newest.set(producerId, seq > newest ? [seq, newest] : [newest, Math.max(second, seq)]);
		}
		this.#current.clear();
	}
}

/** @param notes file of the stand-in: a line for each event, producer, entry and id, and an empty one behind each request */
export async function arrivedAudit(spool: string, notes: string): Promise<ArrivedAudit> {
	const arrived = new Set<string>();
	const order = new ArrivalOrder();
	let repeated = 0;
	let outOfOrder = 0;
	for await (const line of createInterface({ input: createReadStream(notes) })) {
		if (line === '') {
			order.endRequest();
			continue;
		}
		const [producerId = '', seq, eventId = ''] = line.split(' ');
		if (arrived.has(eventId)) {
			repeated++;
			continue;
		}
		arrived.add(eventId);
		if (order.add(producerId, Number(seq))) outOfOrder++;
	}
	const received = arrived.size;
	let events = 0;
	let missing = 0;
	for await (const spooled of readSpool(spool)) {
		events++;
		if (!arrived.has(telemetryEventOf(spooled).eventId)) missing++;
	}
	return { events, missing, unknown: received - (events - missing), repeated, outOfOrder };
}
