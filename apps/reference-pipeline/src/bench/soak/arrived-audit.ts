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
	/** Events that arrived for the first time in a request after one with a later entry of their producer. */
	readonly outOfOrder: number;
}

/** @param notes file of the stand-in: a line for each event, producer, entry and id */
export async function arrivedAudit(spool: string, notes: string): Promise<ArrivedAudit> {
	const arrived = new Set<string>();
	const lastSeq = new Map<string, number>();
	let repeated = 0;
	let outOfOrder = 0;
	for await (const line of createInterface({ input: createReadStream(notes) })) {
		const [producerId = '', seq, eventId = ''] = line.split(' ');
		if (arrived.has(eventId)) {
			repeated++;
			continue;
		}
		arrived.add(eventId);
		const last = lastSeq.get(producerId) ?? 0;
		if (Number(seq) < last) outOfOrder++;
		else lastSeq.set(producerId, Number(seq));
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
