import { JOURNAL, STAGE, type TransformedRecord, traceFieldsOf } from '@pipeline/model';
import type { ReplayOrigin } from '../delivery/delivery-progress.ts';

/** What an entry keeps of its record's trace: where it failed first, in which traces it was replayed since, and where it stands. */
export function keptTrace(record: TransformedRecord, replay: ReplayOrigin | undefined) {
	return {
		...(replay?.originTraceId !== undefined && { originTraceId: replay.originTraceId }),
		...(replay?.originSpanId !== undefined && { originSpanId: replay.originSpanId }),
		...(replay?.replayTraceIds !== undefined && { replayTraceIds: replay.replayTraceIds }),
		lineageId: record.lineageId,
		...traceFieldsOf(record),
		[JOURNAL]: record[JOURNAL],
		[STAGE]: record[STAGE],
	};
}
