// Hot path: runs for every target schema of every record.
import { attribute, span, spanEvent } from '@pipeline/telemetry-core/beta';
import { type Patch, read, recordCall, setCode, setText } from '@pipeline/telemetry-core/instrumentation';
import { describeScores } from './attributes.ts';
import type { BetaBinding } from './binding.ts';
import { errors, metrics } from './metrics.ts';

const FAILED = 'QUAL_003_SCORING_FAILED';

/** A record's quality is scored, and compared with what validation gave it. */
export function score(binding: BetaBinding): Patch {
	const readers = binding.score;
	return {
		target: readers,
		sees: 'quality scores',
		wrap: recordCall({
			span: span['beta.quality.score'],
			begin() {
				metrics.inProgress.of('SCORING').add(1);
			},
			settled(tracer, journal, stage, outcome: object, record: object, scope: unknown) {
				setText(
					tracer,
					journal,
					stage,
					attribute['pipeline.target_schema'],
					read(binding.record?.targetSchema, record),
				);
				const scores = read(readers?.scores, outcome);
				if (scores !== undefined)
					describeScores(
						tracer,
						journal,
						stage,
						scores,
						scope === undefined ? undefined : read(readers?.upstream, scope),
					);
				const violated = read(readers?.violated, outcome) ?? 'NONE';
				setCode(tracer, journal, stage, attribute['pipeline.threshold_violated'], violated);
				if (read(readers?.hasFailed, outcome)) {
					tracer.fail(journal, stage, errors.definition(FAILED));
					return;
				}
				if (violated === 'NONE' || scores === undefined) return;
				const told = tracer.event(journal, stage, spanEvent['quality.threshold_violated']);
				tracer.setNumber(journal, told, attribute['pipeline.score'], scores.overall);
				tracer.setText(journal, told, attribute['pipeline.level'], violated);
			},
			failed(tracer, journal, stage, error) {
				tracer.fail(journal, stage, errors.definition(FAILED), error);
			},
			after(tracer, journal, stage, _seconds, outcome: object | undefined, record: object, scope: unknown) {
				metrics.inProgress.of('SCORING').add(-1);
				const schema = read(binding.record?.targetSchema, record);
				const errorCode = outcome === undefined ? FAILED : read(readers?.errorCode, outcome);
				if (outcome !== undefined && !read(readers?.hasFailed, outcome)) count(binding, outcome, scope, schema);
				else metrics.scoringErrors.of(errorCode).add(1);
				if (errorCode === undefined) return;
				errors.report(errorCode, {
					recordId: read(binding.record?.recordId, record),
					context: tracer.inject(journal, stage, {}),
					dimensions: { 'pipeline.target_schema': schema },
				});
			},
		}),
	};
}

function count(binding: BetaBinding, outcome: object, scope: unknown, schema: string | undefined): void {
	const scores = read(binding.score?.scores, outcome);
	if (scores === undefined) return;
	metrics.qualityScore.of(schema).record(scores.overall);
	metrics.dimensionScore.of('COMPLETENESS').record(scores.completeness);
	metrics.dimensionScore.of('CONSISTENCY').record(scores.consistency);
	metrics.dimensionScore.of('CONFORMANCE').record(scores.conformance);
	metrics.dimensionScore.of('TIMELINESS').record(scores.timeliness);
	const violated = read(binding.score?.violated, outcome);
	if (violated !== undefined && violated !== 'NONE') metrics.thresholdViolations.of(violated, schema).add(1);
	const upstream = scope === undefined ? undefined : read(binding.score?.upstream, scope);
	if (upstream !== undefined) metrics.scoreDelta.of(schema).record(scores.overall - upstream);
}
