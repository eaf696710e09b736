import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';

/** Where an event stands in what its producer wrote. Several events may come of one entry. */
export interface ProducerPlace {
	readonly producerId: string;
	/** Number of the entry, from 1. */
	readonly seq: number;
	/** Who says so, where senders are told apart. */
	readonly sender?: string;
}

const PRODUCER_ID = /^[\w.:-]{1,128}$/;
const SEQ = /^[1-9]\d{0,14}$/;

export function isProducerPlace({ producerId, seq }: ProducerPlace): boolean {
	return PRODUCER_ID.test(producerId) && SEQ.test(String(seq));
}

/** Undefined for an event that no spool sent, or whose place makes no sense. */
export function producerPlaceOf({ dimensions }: Pick<TelemetryEvent, 'dimensions'>): ProducerPlace | undefined {
	const producerId = dimensions['audit.producer_id'] ?? '';
	const seq = dimensions['audit.producer_seq'] ?? '';
	return PRODUCER_ID.test(producerId) && SEQ.test(seq) ? { producerId, seq: Number(seq) } : undefined;
}
