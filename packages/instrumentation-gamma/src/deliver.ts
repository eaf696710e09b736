// Hot path: runs for every record.
import { ENTRY_STAGE, type EventDef, NO_JOURNAL, telemetry } from '@pipeline/telemetry-core';
import { span } from '@pipeline/telemetry-core/gamma';
import {
	type Callable,
	followResult,
	guarded,
	internalFailure,
	type Operation,
	type Patch,
	read,
} from '@pipeline/telemetry-core/instrumentation';
import { describeRecord } from './attributes.ts';
import type { GammaBinding } from './binding.ts';
import { AMENDED, COMPLETED, complete } from './completion.ts';
import { enter, interrupt } from './intake.ts';
import { inPosition } from './open-stage.ts';
import type { GammaState } from './state.ts';

/** A record is brought to all its destinations; afterwards its trace is complete. */
export function deliver(binding: GammaBinding, state: GammaState): Patch {
	return {
		target: binding.deliver,
		sees: 'the end of traces: without it, none completes',
		wrap: (original: Callable, operation: Operation) =>
			function delivered(this: unknown, record: unknown): unknown {
				if (!operation.isEnabled) return Reflect.apply(original, this, arguments);
				// Where the module has no intake, records begin here.
				if (binding.admit === undefined)
					guarded(operation.name, () => enter(binding, state, record as object, undefined, undefined));
				return followResult(
					() => within(record, () => Reflect.apply(original, this, arguments)),
					(isFailure, value) =>
						guarded(operation.name, () => end(binding, state, record as object, isFailure, value, COMPLETED)),
				);
			},
	};
}

/** A record that had its end is delivered again, inside a replay: its trace tells what changed. */
export function redeliver(binding: GammaBinding, state: GammaState): Patch {
	return {
		target: binding.redeliver,
		sees: 'how replays end',
		wrap: (original: Callable, operation: Operation) =>
			function redelivered(this: unknown, record: unknown): unknown {
				if (!operation.isEnabled) return Reflect.apply(original, this, arguments);
				guarded(operation.name, () => beginAgain(binding, state, record as object));
				return followResult(
					() => within(record, () => Reflect.apply(original, this, arguments)),
					(isFailure, value) =>
						guarded(operation.name, () => end(binding, state, record as object, isFailure, value, AMENDED)),
				);
			},
	};
}

/** The record's own stage is ambient, whatever surrounds the call. */
function within(record: unknown, call: () => unknown): unknown {
	const { tracer } = telemetry;
	let journal = NO_JOURNAL;
	let stage = ENTRY_STAGE;
	try {
		journal = tracer.journalOf(record as object);
		stage = tracer.stageOf(record as object);
	} catch (error) {
		internalFailure('record position', error);
	}
	return inPosition(tracer, journal, stage, call);
}

function beginAgain(binding: GammaBinding, { records }: GammaState, record: object): void {
	const { tracer } = telemetry;
	const { journal: replay, stage: root } = tracer.current;
	if (replay !== 0) tracer.attach(record, replay, root);
	const journal = tracer.begin(span['gamma.record.deliver'], record);
	const stage = tracer.stageOf(record);
	describeRecord(binding, tracer, journal, stage, record);
	records.begin(journal, stage, undefined);
}

function end(
	binding: GammaBinding,
	state: GammaState,
	record: object,
	isFailure: boolean,
	value: unknown,
	completed: EventDef,
): void {
	const isStop = isFailure && read(binding.isStop, value) === true;
	if (isStop) interruptRecord(state, record);
	else complete(binding, state, record, isFailure ? [] : (read(binding.deliver?.results, value) ?? []), completed);
}

function interruptRecord({ records }: GammaState, record: object): void {
	const { tracer } = telemetry;
	const journal = tracer.journalOf(record);
	interrupt(record);
	records.end(journal, records.record(journal, tracer.stageOf(record)));
}
