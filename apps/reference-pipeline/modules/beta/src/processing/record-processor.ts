import type { Runtime, ValidatedRecord } from '@pipeline/model';
import type { BetaConfig } from '../config/config.ts';
import type { LookupTables } from '../enrichment/lookup-tables.ts';
import type { WorkUnit } from '../intake/work-unit.ts';
import type { BetaEmitter } from '../module/events.ts';
import type { ProfileRegistry } from '../profile/profile-registry.ts';
import { Deadline } from './deadline.ts';
import type { FailureDesk } from './failure-desk.ts';
import { filtered } from './failures.ts';
import type { ProcessedTarget, ProcessFailure, ProcessOutcome } from './process-outcome.ts';
import { RecordScope } from './record-scope.ts';
import { type Stages, type TargetOutcome, TargetRun } from './target-run.ts';

/** What the processor works with. */
export interface RecordProcessorParts {
	readonly config: BetaConfig;
	readonly runtime: Runtime;
	readonly events: BetaEmitter;
	readonly stages: Stages;
	readonly profiles: ProfileRegistry;
	readonly tables: LookupTables;
	readonly failures: FailureDesk;
	/** What is known of a record besides itself. */
	readonly unitOf: (record: ValidatedRecord) => WorkUnit | undefined;
}

/** Takes one record through Beta, for all target schemas of its profile. */
export class RecordProcessor {
	readonly #parts: RecordProcessorParts;

	constructor(parts: RecordProcessorParts) {
		this.#parts = parts;
	}

	/**
	 * Processes a record that the intake gave out. Target schemas run side by side, results come in the order of the
	 * profile. Failures are queued before the promise settles; it never rejects for a record of the intake.
	 * @throws Error when the record did not come from the intake
	 */
	async process(record: ValidatedRecord): Promise<ProcessOutcome> {
		const unit = this.#parts.unitOf(record);
		if (!unit) throw new Error(`record ${record.recordId} is not from the intake`);
		const schemaIds = unit.onlySchemas ?? [...unit.profile.targets.keys()];
		const outcomes = await Promise.all(schemaIds.map((schemaId) => this.#attempts(record, schemaId, unit)));
		const transformed: ProcessedTarget[] = [];
		const failures: ProcessFailure[] = [];
		for (const outcome of outcomes) {
			if (outcome.target) transformed.push(outcome.target);
			if (outcome.failure) failures.push(outcome.failure);
		}
		for (const failure of failures) this.#parts.failures.report(record, failure, unit);
		return {
			outcome: summaryOf(transformed, failures),
			transformed,
			failures,
			targetSchemaCount: unit.profile.targets.size,
			rulesApplied: outcomes.reduce((sum, { rulesApplied }) => sum + rulesApplied, 0),
		};
	}

	/** Tries a target schema again when it ran out of time. */
	async #attempts(record: ValidatedRecord, schemaId: string, unit: WorkUnit): Promise<TargetOutcome> {
		const { config, events } = this.#parts;
		for (let attempt = 1; ; attempt += 1) {
			const outcome = await this.#attempt(record, schemaId, unit);
			const code = outcome.failure?.failure.errorCode;
			if (code !== 'TRX_007_TIMEOUT' || attempt > config.transformMaxRetries) return outcome;
			events.emit('retryScheduled', {
				category: 'TRANSFORMATION',
				target: schemaId,
				attempt,
				delayMs: 0,
				errorCode: code,
			});
		}
	}

	async #attempt(record: ValidatedRecord, schemaId: string, unit: WorkUnit): Promise<TargetOutcome> {
		const { config, runtime, stages, tables, profiles } = this.#parts;
		const deadline = new Deadline(runtime, config.transformTimeoutMs);
		const scope = new RecordScope(record, schemaId, unit, tables, deadline);
		const outcome = await new TargetRun(stages, runtime, scope).run();
		profiles.countMapping(unit.profile.profile.profileId, outcome.failure?.queue === 'MAPPING');
		this.#tell(record, schemaId, outcome);
		if (!config.filterLowQuality || !scope.flags.has('LOW_QUALITY') || !outcome.target) return outcome;
		const failure = filtered(scope, outcome.target.record.qualityScore);
		return { failure, fallbacks: outcome.fallbacks, rulesApplied: outcome.rulesApplied };
	}

	#tell(record: ValidatedRecord, schemaId: string, { fallbacks, quality }: TargetOutcome): void {
		for (const { ruleId, policy, errorCode } of fallbacks) {
			this.#parts.events.emit('fallbackApplied', {
				category: 'TRANSFORMATION',
				target: ruleId,
				recordId: record.recordId,
				action: policy,
				errorCode,
			});
		}
		if (quality?.errorCode) this.#parts.failures.warnQuality(record, schemaId, quality);
	}
}

function summaryOf(
	transformed: readonly ProcessedTarget[],
	failures: readonly ProcessFailure[],
): ProcessOutcome['outcome'] {
	if (failures.length === 0) return 'TRANSFORMED';
	if (transformed.length > 0) return 'PARTIAL';
	return failures.every(({ failure }) => failure.errorCode === 'QUAL_002_BELOW_ERROR') ? 'FILTERED' : 'FAILED';
}
