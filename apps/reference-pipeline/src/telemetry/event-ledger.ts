import type { LogRecordProcessor, ReadWriteLogRecord } from '@opentelemetry/sdk-logs';
import { eventNamed, lookUpEvent } from '@pipeline/telemetry-core/registry';
import { readSpool } from '@pipeline/telemetry-sdk/spool';

const BEGUN = new Set(['pipeline.alpha.adapter.audit.record_ingested', 'pipeline.alpha.parser.audit.parse_failed']);

/** Trace ids under which records began and ended in a process, and the names of the events it emitted. */
export interface EventFacts {
	readonly begun: readonly string[];
	readonly ended: readonly string[];
	readonly emitted: number;
	readonly byName: Readonly<Record<string, number>>;
	readonly unknownNames: readonly string[];
}

/** Notes under which trace each record begins and ends. Events are never sampled, so this holds at any ratio. */
export class EventLedger implements LogRecordProcessor {
	readonly #begun: string[] = [];
	readonly #ended: string[] = [];
	readonly #byName = new Map<string, number>();

	onEmit(record: ReadWriteLogRecord): void {
		this.#note(record.eventName ?? '', record.spanContext?.traceId);
	}

	/** Events as they stand in the audit spool. */
	async read(spool: string): Promise<void> {
		for await (const { event, detail } of readSpool(spool))
			this.#note(lookUpEvent(event)?.name ?? '', detail.context?.traceId);
	}

	#note(name: string, traceId: string | undefined): void {
		this.#byName.set(name, (this.#byName.get(name) ?? 0) + 1);
		if (traceId === undefined) return;
		if (BEGUN.has(name)) this.#begun.push(traceId);
		else if (name.endsWith('.trace.trace.completed')) this.#ended.push(traceId);
	}

	facts(): EventFacts {
		const names = [...this.#byName.keys()];
		return {
			begun: this.#begun,
			ended: this.#ended,
			emitted: [...this.#byName.values()].reduce((sum, count) => sum + count, 0),
			byName: Object.fromEntries(this.#byName),
			unknownNames: names.filter((name) => eventNamed(name) === undefined),
		};
	}

	async forceFlush(): Promise<void> {}

	async shutdown(): Promise<void> {}
}
