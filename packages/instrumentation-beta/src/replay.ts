import {
	ENTRY_STAGE,
	type Journal,
	NO_JOURNAL,
	nowMs,
	type RecordTracer,
	StageStatus,
	type TraceFields,
	telemetry,
} from '@pipeline/telemetry-core';
import { attribute, span } from '@pipeline/telemetry-core/beta';
import { guarded, type Patch, read, readContext, setNumber, setText } from '@pipeline/telemetry-core/instrumentation';
import { span as integration, attribute as integrationAttribute } from '@pipeline/telemetry-core/integration';
import { describeEntry } from './attributes.ts';
import type { BetaBinding } from './binding.ts';
import { journeys, newJourney } from './journeys.ts';
import { metrics } from './metrics.ts';

/** Where an entry, replayed before, first came from. */
interface Origin extends TraceFields {
	originTraceId?: string;
	originSpanId?: string;
	replayTraceIds?: readonly string[];
}

/** An entry is processed again: a new trace that points to the old one, and to the replay before. */
export function replay(binding: BetaBinding): Patch {
	return {
		target: binding.replay,
		sees: 'replays',
		wrap: (original, operation) =>
			function replayed(this: unknown): unknown {
				let entry: unknown;
				try {
					entry = Reflect.apply(original, this, arguments);
				} catch (error) {
					if (operation.isEnabled)
						guarded(operation.name, () => metrics.replays.of(read(binding.replay?.queue, this), 'FAILURE').add(1));
					throw error;
				}
				if (operation.isEnabled && typeof entry === 'object' && entry !== null) {
					const found: object = entry;
					guarded(operation.name, () => beginReplay(binding, found));
				}
				return entry;
			},
	};
}

function beginReplay(binding: BetaBinding, entry: object): void {
	const { tracer } = telemetry;
	const queue = read(binding.errorQueue?.queue, entry) ?? 'CRITICAL';
	const last = readContext(entry, 'REPLAY');
	tracer.attach(entry, NO_JOURNAL, ENTRY_STAGE);
	const journal = tracer.begin(integration['recovery.replay'], entry);
	if (last !== undefined) tellOrigin(tracer, journal, entry, last);
	tracer.keep(journal, 'REPLAY');
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.queue'], queue);
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.entry_id'], read(binding.errorQueue?.entryId, entry));
	setNumber(
		tracer,
		journal,
		ENTRY_STAGE,
		integrationAttribute['pipeline.replay_count'],
		read(binding.replay?.replayCount, entry),
	);
	tracer.setNumber(journal, ENTRY_STAGE, attribute['pipeline.synthetic'], 1);
	tracer.setText(journal, ENTRY_STAGE, attribute['pipeline.synthetic.reason'], 'replay');
	const item = read(binding.errorQueue?.item, entry) ?? entry;
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.record_id'], read(binding.record?.recordId, item));
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.lineage_id'], read(binding.record?.lineageId, item));
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.source_id'], read(binding.record?.sourceId, item));
	tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
	// The record that is made of the entry carries on where the entry stands.
	tracer.begin(span['beta.record.process'], entry);
	const stage = tracer.stageOf(entry);
	const journey = newJourney({ journal, stage, enteredMs: nowMs(), targets: 1, replayedFrom: queue });
	journeys.put(entry, journey);
	describeEntry(binding, tracer, journey, item, undefined);
}

function tellOrigin(tracer: RecordTracer, journal: Journal, entry: Origin, last: Readonly<TraceFields>): void {
	const { originTraceId = last.traceId, originSpanId = last.spanId, replayTraceIds = [] } = entry;
	if (originTraceId === undefined || originSpanId === undefined) return;
	tracer.link(journal, ENTRY_STAGE, 'replay_of', {
		traceId: originTraceId,
		spanId: originSpanId,
		traceFlags: last.traceFlags ?? 0,
	});
	if (originTraceId !== last.traceId) tracer.link(journal, ENTRY_STAGE, 'replay_of', last);
	const { traceId } = tracer.inject(journal, ENTRY_STAGE, {});
	Object.assign(entry, {
		originTraceId,
		originSpanId,
		replayTraceIds: traceId === undefined ? replayTraceIds : [...replayTraceIds, traceId],
	});
}
