import { type Journal, type RecordTracer, type Stage, telemetry } from '@pipeline/telemetry-core';
import { attribute, event } from '@pipeline/telemetry-core/beta';
import { read, setText } from '@pipeline/telemetry-core/instrumentation';
import type { BetaBinding, ChecksumPair } from './binding.ts';
import { ResultMemory } from './result-memory.ts';
import { thirdArgument } from './third-argument.ts';

const results = new ResultMemory();

/** What a stage made of a record. */
export interface StageResult {
	readonly recordId: string | undefined;
	/** Target schema and stage. */
	readonly of: string;
	readonly checksums: ChecksumPair;
}

/** Checksums where the module takes them. */
export function describeChecksums(
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	checksums: ChecksumPair | undefined,
): void {
	setText(tracer, journal, stage, attribute['pipeline.checksum_before'], checksums?.before);
	setText(tracer, journal, stage, attribute['pipeline.checksum_after'], checksums?.after);
}

/** A record that is processed again has to come to the same result. */
export function compareResult(
	binding: BetaBinding,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	{ recordId, of, checksums }: StageResult,
): void {
	const version = read(binding.scope?.ruleSetVersion, thirdArgument()) ?? 'unknown';
	const earlier = results.contradiction(`${recordId}|${of}|${version}`, checksums);
	if (earlier === undefined) return;
	telemetry.events.emit(event['pipeline.beta.transform.audit.idempotency_violation'], {
		recordId,
		context: tracer.inject(journal, stage, {}),
		dimensions: {
			'pipeline.checksum_before': earlier.after,
			'pipeline.checksum_after': checksums.after,
			'pipeline.rule_set_version': version,
			'audit.resource_id': recordId,
			'audit.outcome': 'FAILURE',
		},
	});
}
