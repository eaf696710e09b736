import type { Fields, IntermediateRecord, QualityDimensions } from '@pipeline/model';
import type { BetaConfig } from '../config/config.ts';
import type { QualityCode } from '../errors/codes.ts';
import { compareValues } from '../fields/compare.ts';
import { instantOf } from '../fields/datetime.ts';
import { fieldOf, isPresent } from '../fields/field-of.ts';
import { textOf } from '../fields/text.ts';
import type { RecordScope } from '../processing/record-scope.ts';
import type { CompiledTarget } from '../profile/compiled.ts';
import { MAX_PATTERN_INPUT } from '../rules/names.ts';

/** Weights of the four dimensions where a target schema gives none. */
export const DEFAULT_WEIGHTS = { completeness: 0.3, consistency: 0.25, conformance: 0.3, timeliness: 0.15 } as const;

/** Score of one record and what it means. */
export interface QualityOutcome {
	readonly dimensions: QualityDimensions;
	/** Lowest threshold that the overall score stays below. */
	readonly violated: 'NONE' | 'WARN' | 'ERROR';
	/** `LOW_QUALITY`, `SCORING_FAILED`. */
	readonly flags: readonly string[];
	readonly errorCode?: QualityCode;
	/** Why scoring failed. */
	readonly errorMessage?: string;
}

const NO_SCORE: QualityDimensions = {
	completenessScore: 0,
	consistencyScore: 0,
	conformanceScore: 0,
	timelinessScore: 0,
	overallScore: 0,
};

type Limits = Pick<BetaConfig, 'qualityThresholdWarn' | 'qualityThresholdError' | 'timelinessMaxAgeSeconds'>;

/** Scores records from their own data only, so that a replay gives the same score. */
export class QualityScorer {
	readonly #limits: Limits;

	constructor(limits: Limits) {
		this.#limits = limits;
	}

	/** Scores a record. A record that cannot be scored gets 0 and the flag `SCORING_FAILED`, and goes on. */
	score(intermediate: IntermediateRecord, scope: RecordScope): QualityOutcome {
		try {
			return this.#judged(this.#dimensions(intermediate.currentFields, scope));
		} catch (error) {
			const errorMessage = error instanceof Error ? error.message : String(error);
			const flags = ['SCORING_FAILED'];
			return { dimensions: NO_SCORE, violated: 'ERROR', flags, errorCode: 'QUAL_003_SCORING_FAILED', errorMessage };
		}
	}

	#judged(dimensions: QualityDimensions): QualityOutcome {
		const { overallScore } = dimensions;
		if (overallScore < this.#limits.qualityThresholdError) {
			return { dimensions, violated: 'ERROR', flags: ['LOW_QUALITY'], errorCode: 'QUAL_002_BELOW_ERROR' };
		}
		if (overallScore < this.#limits.qualityThresholdWarn) {
			return { dimensions, violated: 'WARN', flags: [], errorCode: 'QUAL_001_BELOW_WARN' };
		}
		return { dimensions, violated: 'NONE', flags: [] };
	}

	#dimensions(fields: Fields, scope: RecordScope): QualityDimensions {
		const target = scope.target;
		const scores = {
			completeness: target ? completeness(fields, target) : 1,
			consistency: target ? consistency(fields, target) : 1,
			conformance: target ? conformance(fields, target) : 1,
			timeliness: this.#timeliness(fields, target, scope.record.validationTimestamp),
		};
		return {
			completenessScore: scores.completeness,
			consistencyScore: scores.consistency,
			conformanceScore: scores.conformance,
			timelinessScore: scores.timeliness,
			overallScore: weightedMean(scores, target),
		};
	}

	#timeliness(fields: Fields, target: CompiledTarget | undefined, validatedAt: string): number {
		const value = fieldOf(fields, target?.declaration.timelinessField ?? '');
		if (!isPresent(value)) return 1;
		const ageMs = instantOf(validatedAt).toMillis() - instantOf(textOf(value) ?? '').toMillis();
		return Math.min(1, Math.max(0, 1 - ageMs / 1000 / this.#limits.timelinessMaxAgeSeconds));
	}
}

function completeness(fields: Fields, { declaration }: CompiledTarget): number {
	let filled = 0;
	let declared = 0;
	for (const [name, field] of Object.entries(declaration.fields)) {
		const weight = field.required ? 2 : 1;
		declared += weight;
		if (isPresent(fieldOf(fields, name))) filled += weight;
	}
	return declared === 0 ? 1 : filled / declared;
}

function consistency(fields: Fields, { declaration }: CompiledTarget): number {
	let passed = 0;
	let evaluated = 0;
	for (const { leftField, operator, rightField } of declaration.consistencyChecks) {
		const left = fieldOf(fields, leftField);
		const right = fieldOf(fields, rightField);
		if (!isPresent(left) || !isPresent(right)) continue;
		evaluated += 1;
		if (holds(compareValues(left, right), operator)) passed += 1;
	}
	return evaluated === 0 ? 1 : passed / evaluated;
}

function holds(order: number | undefined, operator: 'LT' | 'LE' | 'EQ' | 'NE' | 'GE' | 'GT'): boolean {
	if (order === undefined || Number.isNaN(order)) return operator === 'NE';
	const tests = { LT: order < 0, LE: order <= 0, EQ: order === 0, NE: order !== 0, GE: order >= 0, GT: order > 0 };
	return tests[operator];
}

function conformance(fields: Fields, { declaration, patterns }: CompiledTarget): number {
	let matching = 0;
	let present = 0;
	for (const [name, { type }] of Object.entries(declaration.fields)) {
		const value = fieldOf(fields, name);
		if (!isPresent(value)) continue;
		present += 1;
		if (value.fieldType === type && matches(patterns.get(name), textOf(value) ?? '')) matching += 1;
	}
	return present === 0 ? 1 : matching / present;
}

function matches(pattern: RegExp | undefined, text: string): boolean {
	return pattern === undefined || (text.length <= MAX_PATTERN_INPUT && pattern.test(text));
}

type Scores = Readonly<Record<keyof typeof DEFAULT_WEIGHTS, number>>;

function weightedMean(scores: Scores, target: CompiledTarget | undefined): number {
	let sum = 0;
	let weights = 0;
	for (const name of Object.keys(DEFAULT_WEIGHTS) as (keyof Scores)[]) {
		const weight = target?.declaration.weights?.[name] ?? DEFAULT_WEIGHTS[name];
		sum += weight * scores[name];
		weights += weight;
	}
	return weights === 0 ? 0 : Math.min(1, sum / weights);
}
