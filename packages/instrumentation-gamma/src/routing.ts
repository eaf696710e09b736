// Hot path: runs for every record.
import { telemetry } from '@pipeline/telemetry-core';
import { attribute, span, spanEvent } from '@pipeline/telemetry-core/gamma';
import {
	type Callable,
	guarded,
	type Operation,
	type Patch,
	read,
	recordCall,
	setCode,
	setText,
} from '@pipeline/telemetry-core/instrumentation';
import { describeRouting, UNKNOWN } from './attributes.ts';
import type { GammaBinding } from './binding.ts';
import type { GammaOptions } from './config.ts';
import { errors, metrics } from './metrics.ts';

/** The destinations of a record are chosen. */
export function route(binding: GammaBinding, { maxDestinations }: GammaOptions): Patch {
	const readers = binding.route;
	return {
		target: readers,
		sees: 'where records go, and by which rule',
		wrap: recordCall({
			span: span['gamma.routing.route'],
			settled(tracer, journal, stage, decision: object) {
				const errorCode = read(readers?.errorCode, decision);
				if (errorCode !== undefined) tracer.fail(journal, stage, errors.definition(errorCode));
				describeRouting(binding, maxDestinations, tracer, journal, stage, decision);
			},
			failed(tracer, journal, stage, failure) {
				tracer.fail(journal, stage, errors.definition('ROUTE_999_UNKNOWN'), failure);
			},
			after(_tracer, _journal, _stage, seconds, decision: object | undefined) {
				const outcome = outcomeOf(binding, decision);
				const ruleId = decision === undefined ? undefined : read(readers?.matchedRule, decision);
				metrics.routingDecisions.of(ruleId ?? 'none', outcome).add(1);
				metrics.routingSeconds.of(outcome).record(seconds);
				const errorCode = decision === undefined ? 'ROUTE_999_UNKNOWN' : read(readers?.errorCode, decision);
				if (errorCode !== undefined) metrics.routingErrors.of(errorCode, ruleId ?? 'none').add(1);
				else metrics.routingFanout.of().record(read(readers?.destinations, decision)?.length ?? 0);
			},
		}),
	};
}

function outcomeOf(binding: GammaBinding, decision: object | undefined): string {
	const readers = binding.route;
	if (decision === undefined || read(readers?.errorCode, decision) !== undefined) return 'NO_MATCH';
	const blocked = read(readers?.blocked, decision)?.length ?? 0;
	const all = read(readers?.destinations, decision)?.length ?? 0;
	if (blocked > 0 && blocked === all) return 'BLOCKED';
	return read(readers?.outcome, decision) ?? 'MATCHED';
}

/** A destination may not have a record: the trace is kept whatever the sampling. */
export function authorize(binding: GammaBinding): Patch {
	return {
		target: binding.authorize,
		sees: 'deliveries that a classification forbids',
		wrap: (original: Callable, operation: Operation) =>
			function authorized(this: unknown, record: unknown, destination: unknown): unknown {
				const isPermitted: unknown = Reflect.apply(original, this, arguments);
				if (operation.isEnabled && isPermitted === false)
					guarded(operation.name, () => tellBlocked(binding, record as object, destination as object));
				return isPermitted;
			},
	};
}

function tellBlocked(binding: GammaBinding, record: object, destination: object): void {
	const { tracer } = telemetry;
	const destinationId = read(binding.destination?.id, destination) ?? UNKNOWN;
	metrics.unauthorizedBlocked.of(destinationId).add(1);
	const journal = tracer.journalOf(record);
	tracer.keep(journal, 'SECURITY');
	const blocked = tracer.event(journal, tracer.stageOf(record), spanEvent['routing.blocked']);
	setText(tracer, journal, blocked, attribute['pipeline.destination_id'], destinationId);
	setCode(tracer, journal, blocked, attribute['pipeline.classification'], read(binding.record?.classification, record));
	setCode(
		tracer,
		journal,
		blocked,
		attribute['pipeline.max_classification'],
		read(binding.destination?.maxClassification, destination),
	);
}
