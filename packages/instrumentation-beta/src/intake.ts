import { isPromise } from 'node:util/types';
import { type Context, context as contextApi, createContextKey, trace } from '@opentelemetry/api';
import { StageStatus, telemetry } from '@pipeline/telemetry-core';
import { attribute, error, event, span } from '@pipeline/telemetry-core/beta';
import {
	type Callable,
	followResult,
	guarded,
	type Operation,
	type Patch,
	read,
	startWork,
} from '@pipeline/telemetry-core/instrumentation';
import { error as integrationError } from '@pipeline/telemetry-core/integration';
import type { BetaBinding } from './binding.ts';
import type { Acceptance } from './journeys.ts';
import { errors, metrics } from './metrics.ts';

const ACCEPTANCE = createContextKey('pipeline.beta.acceptance');
const ACCEPTED = 'ACCEPTED';
const DUPLICATE = 'DUPLICATE';

/** Why a batch can be refused, as errors of the transfer or of the module. */
const REFUSALS = {
	CHECKSUM_MISMATCH: integrationError['INT_BETA_001'],
	COUNT_MISMATCH: integrationError['INT_BETA_002'],
	INVALID_METADATA: integrationError['INT_BETA_002'],
	UNKNOWN_PROFILE: error['MAP_003_INVALID_CONFIG'],
	PROFILE_SUSPENDED: error['MAP_003_INVALID_CONFIG'],
	CAPACITY_EXCEEDED: error['RES_001_MEMORY'],
} as const;

const open = new Set<Acceptance>();

let current: Acceptance | undefined;

/** The batch that is being taken in by the call that is running; undefined once that has returned. */
export const currentAcceptance = (): Acceptance | undefined => current;

/** The batch that the running work, awaited or not, belongs to. */
export const acceptanceInContext = (): Acceptance | undefined =>
	contextApi.active().getValue(ACCEPTANCE) as Acceptance | undefined;

/** A batch arrives: its span lasts until the last of its records came to an end. */
export function accept(binding: BetaBinding): Patch {
	return {
		target: binding.accept,
		sees: 'batches that arrive, and the records of them',
		wrap: (original: Callable, operation: Operation) =>
			function accepted(this: unknown, transfer: unknown): unknown {
				if (!operation.isEnabled) return Reflect.apply(original, this, arguments);
				const outer = current;
				let inside: Context = contextApi.active();
				let acceptance: Acceptance | undefined;
				guarded(operation.name, () => {
					acceptance = begin(binding, transfer, this, inside);
					inside = trace.setSpan(inside, acceptance.work.span).setValue(ACCEPTANCE, acceptance);
				});
				const call = () => {
					current = acceptance;
					try {
						return Reflect.apply(original, this, arguments);
					} finally {
						current = outer;
					}
				};
				return followResult(
					() => contextApi.with(inside, call),
					(isFailure, value) =>
						guarded(operation.name, () => {
							if (acceptance !== undefined) answered(binding, acceptance, operation.name, isFailure, value);
						}),
				);
			},
	};
}

function begin(binding: BetaBinding, transfer: unknown, intake: unknown, active: Context): Acceptance {
	const readers = binding.accept;
	const work = startWork(span['beta.batch.process'], undefined, active);
	const batchId = read(readers?.batchId, transfer);
	const correlationId = read(readers?.correlationId, transfer) ?? batchId;
	const recordCount = read(readers?.records, transfer)?.length;
	work.set(attribute['pipeline.batch_id'], batchId);
	work.set(attribute['pipeline.correlation_id'], correlationId);
	work.set(attribute['pipeline.record_count'], recordCount);
	const position = work.position();
	telemetry.events.emit(event['pipeline.beta.intake.log.batch_started'], {
		context: position,
		batchId,
		correlationId,
		dimensions: { 'pipeline.record_count': recordCount },
	});
	const acceptance: Acceptance = {
		work,
		position,
		intake,
		batchId,
		correlationId,
		priority: read(readers?.priority, transfer) ?? 'NORMAL',
		depth: read(readers?.depth, intake),
		entered: [],
		recordCount: 0,
		lastErrorCode: undefined,
		scores: 0,
		scored: 0,
		lookups: 0,
		cacheHits: 0,
	};
	open.add(acceptance);
	return acceptance;
}

function answered(
	binding: BetaBinding,
	acceptance: Acceptance,
	operation: string,
	isFailure: boolean,
	value: unknown,
): void {
	const outcome = isFailure ? undefined : (read(binding.accept?.outcome, value) ?? ACCEPTED);
	if (outcome !== undefined) metrics.batchesReceived.of(outcome).add(1);
	if (outcome === DUPLICATE) end(acceptance);
	else if (outcome === ACCEPTED) follow(binding, acceptance, operation, value);
	else refuse(acceptance, outcome, value);
}

/** The batch was taken in: its span ends with its last record. */
function follow(binding: BetaBinding, acceptance: Acceptance, operation: string, receipt: unknown): void {
	acceptance.entered.length = 0;
	const processed = read(binding.accept?.processed, receipt);
	// A native promise only: calling `then` of anything else may run it.
	if (!isPromise(processed)) {
		close(binding, acceptance, undefined);
		return;
	}
	processed.then(
		(result) => guarded(operation, () => close(binding, acceptance, result)),
		(failure) => guarded(operation, () => refuse(acceptance, undefined, failure)),
	);
}

/** The sender keeps a batch that was refused: its records leave again as they came. */
function refuse(acceptance: Acceptance, outcome: string | undefined, failure: unknown): void {
	const { work, entered, position, batchId } = acceptance;
	const { tracer } = telemetry;
	const code = REFUSALS[outcome as keyof typeof REFUSALS] ?? integrationError['INT_999_UNKNOWN'];
	work.fail(code, outcome === undefined ? failure : undefined);
	end(acceptance);
	if (outcome === 'UNKNOWN_PROFILE' || outcome === 'PROFILE_SUSPENDED')
		errors.report('MAP_003_INVALID_CONFIG', { context: position, batchId });
	for (const { record, journey, carried } of entered) {
		tracer.fail(journey.journal, journey.stage, code);
		tracer.exit(journey.journal, journey.stage, StageStatus.ERROR);
		tracer.attach(record, journey.journal, carried);
	}
}

function close(binding: BetaBinding, acceptance: Acceptance, result: unknown): void {
	const { work, scores, scored, lookups, cacheHits, recordCount } = acceptance;
	const recordsFailed = result === undefined ? undefined : read(binding.accept?.recordsFailed, result);
	work.set(attribute['pipeline.records_failed'], recordsFailed);
	if (scored > 0) work.set(attribute['pipeline.average_quality_score'], scores / scored);
	if (lookups > 0) work.set(attribute['pipeline.enrichment_cache_hit_rate'], cacheHits / lookups);
	if (recordCount > 0 && recordsFailed === recordCount) work.fail(errors.definition(acceptance.lastErrorCode));
	end(acceptance);
}

function end(acceptance: Acceptance): void {
	if (open.delete(acceptance)) acceptance.work.span.end();
}

/** The intake has stopped for good: batches with records that were not begun will not be answered. */
export function abandonBatches(intake: object): void {
	for (const acceptance of [...open].filter((each) => each.intake === intake)) {
		acceptance.work.set(attribute['pipeline.abandoned'], true);
		end(acceptance);
	}
}
