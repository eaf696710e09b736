import type { LogRecordProcessor, ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
import { eventNamed, lookUpEvent } from '@pipeline/telemetry-core/registry';
import { readSpool } from '@pipeline/telemetry-sdk/spool';

/** A trace begins with a record that comes in, or comes again. */
const BEGUN: ReadonlySet<string> = new Set([
	'pipeline.alpha.adapter.audit.record_ingested',
	'pipeline.alpha.parser.audit.parse_failed',
	...['alpha', 'beta', 'gamma'].map((module) => `pipeline.${module}.error_queue.audit.entry_replayed`),
	'pipeline.gamma.dlq.audit.entry_replayed',
]);

/** Where a record ended: under which trace, in which module. */
export interface EndedRecord {
	readonly traceId: string;
	/** Empty for a raw record that never became one. */
	readonly recordId: string;
	readonly isDelivery: boolean;
}

/** Trace ids under which records began and ended in a process, and the names of the events it emitted. */
export interface EventFacts {
	readonly begun: readonly string[];
	readonly ended: readonly EndedRecord[];
	readonly emitted: number;
	readonly byName: Readonly<Record<string, number>>;
	readonly unknownNames: readonly string[];
}

const LINES = '@pipeline/logs-';
const COMPLETED = '.trace.trace.completed';

/** Notes under which trace each record begins and ends. Events are never sampled, so this holds at any ratio. */
export class EventLedger implements LogRecordProcessor {
	#begun: string[] = [];
	#ended: EndedRecord[] = [];
	readonly #byName = new Map<string, number>();

	onEmit(record: ReadWriteLogRecord): void {
		// Lines are no events: nobody has promised them, and limits leave some out.
		if (record.instrumentationScope.name.startsWith(LINES)) return;
		const recordId = record.attributes['pipeline.record_id'];
		this.#note(record.eventName ?? '', record.spanContext?.traceId, recordId === undefined ? '' : String(recordId));
	}

	/** Events as they stand in the audit spool. */
	async read(spool: string): Promise<void> {
		for await (const { event, detail } of readSpool(spool))
			this.#note(lookUpEvent(event)?.name ?? '', detail.context?.traceId, detail.recordId);
	}

	#note(name: string, traceId: string | undefined, recordId = ''): void {
		this.#byName.set(name, (this.#byName.get(name) ?? 0) + 1);
		if (traceId === undefined) return;
		if (BEGUN.has(name)) this.#begun.push(traceId);
		if (!name.endsWith(COMPLETED)) return;
		this.#ended.push({ traceId, recordId, isDelivery: name.startsWith('pipeline.gamma.') });
	}

	/** What was emitted since the last call. */
	take(): EventFacts {
		const byName = Object.fromEntries(this.#byName);
		const begun = this.#begun;
		const ended = this.#ended;
		this.#begun = [];
		this.#ended = [];
		this.#byName.clear();
		return {
			begun,
			ended,
			emitted: Object.values(byName).reduce((sum, count) => sum + count, 0),
			byName,
			unknownNames: Object.keys(byName).filter((name) => eventNamed(name) === undefined),
		};
	}

	async forceFlush(): Promise<void> {}

	async shutdown(): Promise<void> {}
}
