import { ENTRY_STAGE, type Journal, type RecordTracer, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { attribute } from '@pipeline/telemetry-core/gamma';
import {
	beginReplay,
	type Callable,
	followResult,
	guarded,
	type Operation,
	type Patch,
	type ReplayedEntry,
	Replays,
	read,
	setNumber,
} from '@pipeline/telemetry-core/instrumentation';
import { findDestination, UNKNOWN } from './attributes.ts';
import type { GammaBinding } from './binding.ts';
import { AMENDED } from './completion.ts';
import { errors, metrics } from './metrics.ts';
import { inPosition } from './open-stage.ts';

const DEAD_LETTERS = 'DLQ';

/** The module's replays: what the queue tells and what the operation does meet here. */
export const replays = new Replays(begin);

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
					journal = replays.begin(binding, entry as object);
				});
				return followResult(
					() => inPosition(tracer, journal, ENTRY_STAGE, () => Reflect.apply(original, this, arguments)),
					(isFailure, value) =>
						guarded(operation.name, () => endReplay(binding, tracer, journal, entry, isFailure, value)),
				);
			},
	};
}

function begin({ replay: readers }: GammaBinding, entry: ReplayedEntry): Journal {
	return beginReplay({}, entry, {
		queue: read(readers?.queue, entry),
		entryId: read(readers?.entryId, entry),
		replayCount: read(readers?.replayCount, entry),
		recordId: read(readers?.recordId, entry),
		lineageId: read(readers?.lineageId, entry),
	});
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
