import { INGESTED, logsRequest, recordOf } from './event-requests.ts';

/** Audit entries and logs of one request. */
export const PER_REQUEST = 20;
export const PRODUCER = 'killed';

/** A request of audit entries and of logs, all of which say its number. */
export function numberedRequest(number: number): object {
	const nanos = String(BigInt(Date.now()) * 1_000_000n);
	const entries = Array.from({ length: PER_REQUEST }, (_, index) => {
		const seq = number * PER_REQUEST + index + 1;
		return {
			...recordOf({
				...INGESTED,
				eventId: `01a1ff27-8260-7000-acee-${String(seq).padStart(12, '0')}`,
				recordId: `record-${seq}`,
				dimensions: { ...INGESTED.dimensions, 'audit.producer_id': PRODUCER, 'audit.producer_seq': String(seq) },
			}),
			timeUnixNano: nanos,
		};
	});
	const logs = entries.map(() => ({ timeUnixNano: nanos, body: { stringValue: `request ${number}` } }));
	return logsRequest([...entries, ...logs]);
}
