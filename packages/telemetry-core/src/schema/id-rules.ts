import { isSpanId, isTraceId } from '../propagation/trace-ids.ts';
import type { EventDraft, Report, RuleCheck } from './event-draft.ts';
import { MAX_ID_LENGTH } from './telemetry-event-schema.ts';

/** EV10, EV11, EV12: ids are well formed and stand together; a TRACE event has them. */
export const checkTraceIds: RuleCheck = (draft, report) => {
	const { traceId, spanId, parentSpanId } = draft;
	const isPlaced = traceId === undefined ? spanId === undefined : isTraceId(traceId);
	if (!isPlaced || (spanId !== undefined && !isSpanId(spanId))) {
		delete draft.traceId;
		delete draft.spanId;
		delete draft.parentSpanId;
		report('EV10', 'repair', 'traceId', 'trace and span ids are malformed; removed');
	} else if (parentSpanId !== undefined && !isSpanId(parentSpanId)) {
		delete draft.parentSpanId;
		report('EV10', 'repair', 'parentSpanId', 'malformed; removed');
	}
	if (draft.parentSpanId !== undefined && draft.parentSpanId === draft.spanId) {
		delete draft.parentSpanId;
		report('EV11', 'repair', 'parentSpanId', 'is the span itself; removed');
	}
	if (draft.eventType !== 'TRACE' || (draft.traceId !== undefined && draft.spanId !== undefined)) return;
	report('EV12', 'reject', 'traceId', 'a TRACE event has a trace id and a span id');
};

/** EV19: record, batch and correlation ids are ids, not payload. */
export const checkSubjectIds: RuleCheck = (draft, report) => {
	checkId(draft, 'recordId', report);
	checkId(draft, 'batchId', report);
	checkId(draft, 'correlationId', report);
};

function checkId(draft: EventDraft, field: 'recordId' | 'batchId' | 'correlationId', report: Report): void {
	const id = draft[field];
	if (id === undefined || (typeof id === 'string' && id !== '' && id.length <= MAX_ID_LENGTH)) return;
	if (typeof id === 'string' && id !== '') {
		draft[field] = id.slice(0, MAX_ID_LENGTH);
		report('EV19', 'repair', field, `cut to ${MAX_ID_LENGTH} characters`);
		return;
	}
	delete draft[field];
	report('EV19', 'repair', field, 'no id; removed');
}
