import {
	ENTRY_STAGE,
	type Journal,
	type RecordTracer,
	StageStatus,
	type TraceFields,
	telemetry,
} from '@pipeline/telemetry-core';
import { attribute } from '@pipeline/telemetry-core/gamma';
import {
	type Callable,
	followResult,
	guarded,
	type Operation,
	type Patch,
	read,
	readContext,
	setNumber,
	setText,
} from '@pipeline/telemetry-core/instrumentation';
import { span as integration, attribute as integrationAttribute } from '@pipeline/telemetry-core/integration';
import { findDestination, UNKNOWN } from './attributes.ts';
import type { GammaBinding } from './binding.ts';
import { AMENDED } from './completion.ts';
import { errors, metrics } from './metrics.ts';
import { inPosition } from './open-stage.ts';

const DEAD_LETTERS = 'DLQ';

interface ReplayedEntry extends TraceFields {
	readonly originTraceId?: string;
	readonly originSpanId?: string;
	replayTraceIds?: readonly string[];
}

/** An entry is processed again: a trace of its own that points to where the record failed first, and last. */
export function replay(binding: GammaBinding): Patch {
	return {
		target: binding.replay,
		sees: 'replays',
		wrap: (original: Callable, operation: Operation) =>
			function replayed(this: unknown, entry: unknown): unknown {
				if (!operation.isEnabled) return Reflect.apply(original, this, arguments);
				const { tracer } = telemetry;
				let journal = 0 as Journal;
				guarded(operation.name, () => {
					journal = beginReplay(binding, tracer, entry as ReplayedEntry);
				});
				return followResult(
					() => inPosition(tracer, journal, ENTRY_STAGE, () => Reflect.apply(original, this, arguments)),
					(isFailure, value) =>
						guarded(operation.name, () => endReplay(binding, tracer, journal, entry, isFailure, value)),
				);
			},
	};
}

function beginReplay(binding: GammaBinding, tracer: RecordTracer, entry: ReplayedEntry): Journal {
	const readers = binding.replay;
	const journal = tracer.begin(integration['recovery.replay'], {});
	const { originTraceId: traceId, originSpanId: spanId } = entry;
	const last = readContext(entry, 'REPLAY');
	const origin = traceId === undefined || spanId === undefined ? last : { traceId, spanId, traceFlags: 1 };
	if (origin !== undefined) tracer.link(journal, ENTRY_STAGE, 'replay_of', origin);
	if (last !== undefined && last.traceId !== origin?.traceId) tracer.link(journal, ENTRY_STAGE, 'replay_of', last);
	tracer.keep(journal, 'REPLAY');
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.queue'], read(readers?.queue, entry));
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.entry_id'], read(readers?.entryId, entry));
	setNumber(
		tracer,
		journal,
		ENTRY_STAGE,
		integrationAttribute['pipeline.replay_count'],
		read(readers?.replayCount, entry),
	);
	setNumber(tracer, journal, ENTRY_STAGE, attribute['pipeline.synthetic'], 1);
	setText(tracer, journal, ENTRY_STAGE, attribute['pipeline.synthetic.reason'], 'replay');
	const own = tracer.inject(journal, ENTRY_STAGE, {}).traceId;
	if (own !== undefined && Object.isExtensible(entry)) entry.replayTraceIds = [...(entry.replayTraceIds ?? []), own];
	return journal;
}

function endReplay(
	binding: GammaBinding,
	tracer: RecordTracer,
	journal: Journal,
	entry: unknown,
	isFailure: boolean,
	value: unknown,
): void {
	const isStop = isFailure && read(binding.isStop, value) === true;
	const results = isFailure ? [] : (read(binding.deliver?.results, value) ?? []);
	const isDelivered =
		results.length > 0 && results.every((result) => read(binding.toDestination?.finalStatus, result) === 'DELIVERED');
	if (isStop) setNumber(tracer, journal, ENTRY_STAGE, attribute['pipeline.cancelled'], 1);
	else if (!isDelivered) tracer.fail(journal, ENTRY_STAGE, errors.definition('DELIV_999_UNKNOWN'));
	tracer.exit(journal, ENTRY_STAGE, StageStatus.UNSET);
	// What runs inside tells the end, where it is bound.
	if (binding.redeliver === undefined)
		tracer.finish(journal, ENTRY_STAGE, isDelivered ? 'DELIVERED' : 'FAILED', AMENDED);
	if (isStop || read(binding.replay?.queue, entry) !== DEAD_LETTERS) return;
	metrics.replays
		.of(read(binding.replay?.destinationId, entry) ?? UNKNOWN, isDelivered ? 'DELIVERED' : 'FAILED')
		.add(1);
}

/** A dead letter was replayed too often. */
export function replayDeadLetter(binding: GammaBinding): Patch {
	const readers = binding.replayDeadLetter;
	return {
		target: readers,
		sees: 'replays that are refused',
		wrap: (original: Callable, operation: Operation) =>
			function replayed(this: unknown, entryId: unknown): unknown {
				if (!operation.isEnabled) return Reflect.apply(original, this, arguments);
				return followResult(
					() => Reflect.apply(original, this, arguments),
					(isFailure, value) =>
						guarded(operation.name, () => {
							if (!isFailure || read(readers?.isLimit, value) !== true) return;
							const entry = findDestination(readers?.entry, this, entryId);
							metrics.replays.of(read(binding.replay?.destinationId, entry) ?? UNKNOWN, 'REJECTED_LIMIT').add(1);
						}),
				);
			},
	};
}
