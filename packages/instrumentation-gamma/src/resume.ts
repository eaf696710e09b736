import { ROOT_CONTEXT } from '@opentelemetry/api';
import { telemetry } from '@pipeline/telemetry-core';
import { readContext, startWork } from '@pipeline/telemetry-core/instrumentation';
import { attribute, span } from '@pipeline/telemetry-core/integration';

const MAX_LINKS = 128;

/** Records that an earlier process left, and how long nobody worked on them. */
export interface Resumed {
	readonly records: readonly object[];
	/** Undefined where the earlier process had no time to say when it stopped. */
	readonly downtimeMs?: number;
}

/** A restart is one operation; the records that it takes up go on in their own traces, which it points to. */
export function tellResumed({ records, downtimeMs }: Resumed): void {
	if (telemetry.source === 'none') return;
	const work = startWork(span['recovery.resume'], 'root', ROOT_CONTEXT);
	for (const record of records.slice(0, MAX_LINKS)) work.link('recovered_from', readContext(record, 'REPLAY'));
	work.set(attribute['pipeline.downtime_ms'], downtimeMs);
	work.set(attribute['pipeline.record_count'], records.length);
	work.set(attribute['pipeline.synthetic'], true);
	work.set(attribute['pipeline.synthetic.reason'], 'restart');
	work.span.end();
}
