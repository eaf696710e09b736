// Hot path: runs for every record that fails.
import type { Journal, RecordTracer, Stage } from '../journal/tracer.ts';
import { attribute } from '../registry/common/index.ts';
import { setText } from './annotate.ts';
import { type Read, read } from './reading.ts';

/** How to read an entry that is put on an error queue. */
export interface QueueEntryReaders {
	readonly entryId?: Read<string>;
	readonly queue?: Read<string>;
	readonly errorCode?: Read<string>;
	readonly retentionUntil?: Read<string>;
}

/** What is said of a failed record where it is put aside. */
export function describeQueueEntry(
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	readers: QueueEntryReaders | undefined,
	entry: object,
): void {
	setText(tracer, journal, stage, attribute['pipeline.queue'], read(readers?.queue, entry));
	setText(tracer, journal, stage, attribute['pipeline.error_code'], read(readers?.errorCode, entry));
	setText(tracer, journal, stage, attribute['pipeline.retention_until'], read(readers?.retentionUntil, entry));
	setText(tracer, journal, stage, attribute['pipeline.entry_id'], read(readers?.entryId, entry));
}
