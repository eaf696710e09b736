// Hot path: runs for every record.
import { nowMs, StageStatus, telemetry } from '@pipeline/telemetry-core';
import { attribute, span } from '@pipeline/telemetry-core/beta';
import {
	type Callable,
	followResult,
	guarded,
	handOver,
	type Operation,
	type Patch,
	read,
	setCode,
	setNumber,
} from '@pipeline/telemetry-core/instrumentation';
import type { BetaBinding } from './binding.ts';
import { abortProcessing, endProcessing } from './journey-end.ts';
import { type Journey, journeys } from './journeys.ts';
import { tellLegs } from './leg-times.ts';
import { metrics } from './metrics.ts';

/** A record leaves the queue: until now it waited, from now on it has a terminal point for each target schema. */
export function dequeue(binding: BetaBinding): Patch {
	return {
		target: binding.dequeue,
		sees: 'how long records wait to be transformed',
		wrap: (original: Callable, operation: Operation) =>
			function dequeued(this: unknown): unknown {
				const taken: unknown = Reflect.apply(original, this, arguments);
				if (operation.isEnabled)
					guarded(operation.name, () => {
						const record = read(binding.dequeue?.record, taken);
						const journey = record === undefined ? undefined : journeys.of(record);
						if (journey !== undefined) tellWait(journey);
					});
				return taken;
			},
	};
}

function tellWait({ journal, stage, enteredMs, targets, batch }: Journey): void {
	const { tracer } = telemetry;
	const endMs = nowMs();
	const priority = batch?.priority ?? 'NORMAL';
	// Not `lap`: in one process the sender still has its own stage of the record open, and ends it in between.
	const wait = tracer.insert(journal, span['beta.intake.wait'], stage, enteredMs, endMs, StageStatus.UNSET);
	setCode(tracer, journal, wait, attribute['pipeline.priority'], priority);
	setNumber(tracer, journal, wait, attribute['pipeline.depth_at_enqueue'], batch?.depth);
	metrics.queueWait.of(priority).record((endMs - enteredMs) / 1000);
	if (targets > 1) tracer.fork(journal, targets - 1);
}

/** A record goes through the stages of all its target schemas. */
export function process(binding: BetaBinding): Patch {
	return {
		target: binding.process,
		sees: 'what became of records: rules, scores, outcome',
		wrap: (original: Callable, operation: Operation) =>
			function processed(this: unknown, record: unknown): unknown {
				if (!operation.isEnabled) return Reflect.apply(original, this, arguments);
				let journey: Journey | undefined;
				guarded(operation.name, () => {
					journey = typeof record === 'object' && record !== null ? journeys.of(record) : undefined;
					if (journey !== undefined) journey.isProcessing = true;
				});
				return followResult(
					() => Reflect.apply(original, this, arguments),
					(isFailure, value) =>
						guarded(operation.name, () => {
							if (journey === undefined) return;
							if (isFailure) return abortProcessing(telemetry.tracer, journey, value);
							tellOutcome(binding, journey, value, record);
							endProcessing(telemetry.tracer, journey);
						}),
				);
			},
	};
}

function tellOutcome(binding: BetaBinding, journey: Journey, outcome: unknown, processed: unknown): void {
	const { tracer } = telemetry;
	const { journal, stage, batch } = journey;
	setNumber(tracer, journal, stage, attribute['pipeline.rules_applied'], read(binding.process?.rulesApplied, outcome));
	let lowest: number | undefined;
	const transformed = read(binding.process?.transformed, outcome) ?? [];
	if (transformed.length > 0) tellLegs(binding, journey, processed);
	for (const { record, qualityScore, lookups, cacheHits } of transformed) {
		// What it was made into is found by its journal; without one, by itself.
		if (journal === 0) journeys.put(record, journey);
		else handOver(tracer, journal, stage, record);
		if (qualityScore !== undefined && (lowest === undefined || qualityScore < lowest)) lowest = qualityScore;
		if (batch === undefined) continue;
		batch.lookups += lookups;
		batch.cacheHits += cacheHits;
		if (qualityScore === undefined) continue;
		batch.scores += qualityScore;
		batch.scored++;
	}
	setNumber(tracer, journal, stage, attribute['pipeline.quality_score'], lowest);
}
