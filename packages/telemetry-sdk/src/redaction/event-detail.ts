import type { EventDetail } from '@pipeline/telemetry-core';
import type { Redaction } from './redaction.ts';

/** What an event says, redacted before it is kept as text: cut within, it would be none any more. */
export function redactDetail(detail: EventDetail, redaction: Redaction): EventDetail {
	const { recordId, batchId, correlationId, dimensions } = detail;
	const text = (id: string | undefined) => (id === undefined ? undefined : redaction.text(id));
	return {
		...detail,
		...(recordId === undefined ? {} : { recordId: text(recordId) }),
		...(batchId === undefined ? {} : { batchId: text(batchId) }),
		...(correlationId === undefined ? {} : { correlationId: text(correlationId) }),
		...(dimensions === undefined ? {} : { dimensions: redaction.attributes(dimensions) }),
	};
}
