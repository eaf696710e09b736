import {
	ENTRY_STAGE,
	type Journal,
	type RecordTracer,
	type Stage,
	StageStatus,
	type TraceFields,
	type TraceOutcome,
	telemetry,
} from '@pipeline/telemetry-core';
import { attribute, event, span, spanEvent } from '@pipeline/telemetry-core/alpha';
import {
	carriedBy,
	type Patch,
	read,
	readContext,
	recordCall,
	setCode,
	setNumber,
	setText,
} from '@pipeline/telemetry-core/instrumentation';
import { span as integration } from '@pipeline/telemetry-core/integration';
import type { AlphaBinding } from './binding.ts';
import { errors, metrics } from './metrics.ts';

const OUTCOMES: Readonly<Record<string, TraceOutcome>> = {
	PARSE: 'DROPPED',
	VALIDATION: 'REJECTED',
	CRITICAL: 'REJECTED',
};
const QUALITY = 'VAL_014_QUALITY';

/** A failed record is put aside: its way ends here, and the entry keeps its position for a later replay. */
export function errorQueue(binding: AlphaBinding): Patch {
	const readers = binding.errorQueue;
	const named = carriedBy(readers?.carrier);
	const carrierOf = (entry: object, second: unknown, self: unknown): object => {
		if (readers?.carrier !== undefined || telemetry.tracer.journalOf(entry) !== 0) return named(entry, second, self);
		return read(readers?.item, entry) ?? entry;
	};
	return {
		target: readers,
		sees: 'where failed records end',
		wrap: recordCall({
			span: span['alpha.error_queue.enqueue'],
			item: carrierOf,
			begin(tracer, entry: object) {
				const journal = tracer.journalOf(entry);
				if (journal !== 0) tracer.inject(journal, tracer.stageOf(entry), entry as TraceFields);
			},
			settled(tracer, journal, stage, _result: unknown, entry: object) {
				setText(tracer, journal, stage, attribute['pipeline.queue'], read(readers?.queue, entry));
				setText(tracer, journal, stage, attribute['pipeline.error_code'], read(readers?.errorCode, entry));
				setText(tracer, journal, stage, attribute['pipeline.retention_until'], read(readers?.retentionUntil, entry));
				setText(tracer, journal, stage, attribute['pipeline.entry_id'], read(readers?.entryId, entry));
			},
			after(tracer, journal, stage, _seconds, _result: unknown, entry: object) {
				const queue = read(readers?.queue, entry) ?? 'CRITICAL';
				const errorCode = read(readers?.errorCode, entry);
				metrics.queueEntries.of(queue, errorCode).add(1);
				metrics.inProgress.of().add(-1);
				if (journal !== 0) endRecord(tracer, journal, stage, queue, errorCode);
			},
		}),
	};
}

function endRecord(
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	queue: string,
	errorCode: string | undefined,
): void {
	const outcome = errorCode === QUALITY ? 'QUARANTINED' : (OUTCOMES[queue] ?? 'REJECTED');
	const terminal = tracer.event(journal, ENTRY_STAGE, spanEvent['record.terminal']);
	setText(tracer, journal, terminal, attribute['pipeline.queue'], queue);
	setText(tracer, journal, terminal, attribute['pipeline.outcome'], outcome);
	setCode(
		tracer,
		journal,
		ENTRY_STAGE,
		attribute['pipeline.alpha_outcome'],
		queue === 'PARSE' ? 'PARSE_FAILED' : outcome,
	);
	tracer.fail(journal, ENTRY_STAGE, errors.definition(errorCode));
	tracer.exit(journal, ENTRY_STAGE, StageStatus.ERROR);
	tracer.finish(journal, stage, outcome, event['pipeline.alpha.trace.trace.completed']);
}

/** An entry is processed again: a new trace that points to the old one. */
export function replay(binding: AlphaBinding): Patch {
	const { target, item } = { target: binding.replay, item: binding.errorQueue?.item };
	return {
		target,
		sees: 'replays',
		wrap: (original, operation) =>
			function replayed(this: unknown): unknown {
				const entry: unknown = Reflect.apply(original, this, arguments);
				if (operation.isEnabled && typeof entry === 'object' && entry !== null)
					beginReplay(entry, read(item, entry) ?? entry, read(binding.errorQueue?.queue, entry));
				return entry;
			},
	};
}

function beginReplay(entry: object, item: object, queue: string | undefined): void {
	const { tracer } = telemetry;
	tracer.attach(item, 0 as Journal, ENTRY_STAGE);
	const journal = tracer.begin(integration['recovery.replay'], item);
	const origin = readContext(entry, 'REPLAY');
	if (origin !== undefined) tracer.link(journal, ENTRY_STAGE, 'replay_of', origin);
	tracer.keep(journal, 'REPLAY');
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.queue'], queue);
	setNumber(tracer, journal, ENTRY_STAGE, attribute['pipeline.synthetic'], 1);
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.synthetic.reason'], 'replay');
	tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
}
