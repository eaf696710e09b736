import type { EventDetail } from '@pipeline/telemetry-core';
import type { Redaction } from './redaction.ts';

/** What an event says, redacted before it is kept as text: cut within, it would be none any more. */
export function redactDetail(detail: EventDetail, redaction: Redaction): EventDetail {
	const { recordId, batchId, correlationId, dimensions } = detail;
	const shown = (id: string | undefined) => (id === undefined ? undefined : redaction.id(id));
	return {
		...detail,
		...(recordId === undefined ? {} : { recordId: shown(recordId) }),
		...(batchId === undefined ? {} : { batchId: shown(batchId) }),
		...(correlationId === undefined ? {} : { correlationId: shown(correlationId) }),
		...(dimensions === undefined ? {} : { dimensions: redaction.attributes(dimensions) }),
	};
}
