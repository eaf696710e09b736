// Hot path: runs for every target schema of every record.
import type { Journal, RecordTracer, Stage } from '@pipeline/telemetry-core';
import { attribute, span, spanEvent } from '@pipeline/telemetry-core/beta';
import { handOver, MinuteRatio, type Patch, read, recordCall, setText } from '@pipeline/telemetry-core/instrumentation';
import { describeFailure } from './attributes.ts';
import type { BetaBinding } from './binding.ts';
import { compareResult, describeChecksums } from './checksums.ts';
import { errors, metrics } from './metrics.ts';
import { withThirdArgument } from './third-argument.ts';

const UNKNOWN = 'MAP_999_UNKNOWN';
const NONE: Readonly<Record<string, number>> = {};

/** Share of mappings that failed in the last minute. */
export const mappingFailures = new MinuteRatio();

/** A record is brought into a target schema. */
export function map(binding: BetaBinding): Patch {
	const readers = binding.map;
	return {
		target: readers,
		sees: 'mapping: rules, defaults, failures',
		wrap: withThirdArgument(
			recordCall({
				span: span['beta.mapping.map'],
				begin() {
					metrics.inProgress.of('MAPPING').add(1);
				},
				settled(tracer, journal, stage, outcome: object, record: object, targetSchema: unknown) {
					setText(tracer, journal, stage, attribute['pipeline.target_schema'], textOf(targetSchema));
					const failure = read(readers?.failure, outcome);
					if (failure !== undefined) {
						tracer.fail(journal, stage, errors.definition(failure.errorCode));
						setText(tracer, journal, stage, attribute['pipeline.failed_mapping'], failure.ruleId);
						describeFailure(tracer, journal, stage, 'MAPPING', failure, read(binding.record?.recordId, record));
						return;
					}
					tellMappings(binding, tracer, journal, stage, outcome);
					describeChecksums(tracer, journal, stage, read(readers?.checksums, outcome));
				},
				failed(tracer, journal, stage, error, record: object) {
					tracer.fail(journal, stage, errors.definition(UNKNOWN), error);
					describeFailure(tracer, journal, stage, 'MAPPING', {}, read(binding.record?.recordId, record));
				},
				after(tracer, journal, stage, seconds, outcome: object | undefined, record: object, targetSchema: unknown) {
					metrics.inProgress.of('MAPPING').add(-1);
					const schema = textOf(targetSchema);
					const errorCode = outcome === undefined ? UNKNOWN : read(readers?.failure, outcome)?.errorCode;
					metrics.recordsMapped.of(schema, errorCode === undefined ? 'SUCCESS' : 'FAILURE').add(1);
					metrics.mappingSeconds.of(schema).record(seconds);
					mappingFailures.add(errorCode !== undefined);
					if (errorCode !== undefined) {
						metrics.mappingErrors.of(errorCode, schema).add(1);
						errors.report(errorCode, {
							recordId: read(binding.record?.recordId, record),
							context: tracer.inject(journal, stage, {}),
							dimensions: { 'pipeline.target_schema': schema },
						});
						return;
					}
					handOver(tracer, journal, tracer.stageOf(record), read(readers?.mapped, outcome));
					const applied = read(readers?.mappingsApplied, outcome) ?? NONE;
					for (const kind in applied) {
						const count = applied[kind] ?? 0;
						if (count > 0) metrics.mappingsApplied.of(schema, kind).add(count);
					}
					const checksums = outcome === undefined ? undefined : read(readers?.checksums, outcome);
					if (checksums === undefined) return;
					const recordId = read(binding.record?.recordId, record);
					compareResult(binding, tracer, journal, stage, { recordId, of: `${schema}|MAPPING`, checksums });
				},
			}),
		),
	};
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function tellMappings(
	binding: BetaBinding,
	tracer: RecordTracer,
	journal: Journal,
	stage: Stage,
	outcome: object,
): void {
	let total = 0;
	const applied = read(binding.map?.mappingsApplied, outcome) ?? NONE;
	for (const kind in applied) {
		const count = applied[kind] ?? 0;
		if (count === 0) continue;
		total += count;
		tracer.setText(journal, stage, attribute['pipeline.rules'], `${kind} ${count}`);
	}
	// Audit has to say which rules were applied, also where fields are taken over as they are.
	if (total === 0) tracer.setText(journal, stage, attribute['pipeline.rules'], 'NONE');
	tracer.setNumber(journal, stage, attribute['pipeline.mappings_applied'], total);
	for (const fieldName of read(binding.map?.defaultsApplied, outcome) ?? []) {
		const told = tracer.event(journal, stage, spanEvent['mapping.default_applied']);
		tracer.setText(journal, told, attribute['pipeline.field_name'], fieldName);
	}
}
