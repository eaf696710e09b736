import type { OptionTable, Resolved } from '@pipeline/telemetry-core/instrumentation';

/** Options of the instrumentation: given to the constructor, else from the environment, else these defaults. */
export const betaOptions = {
	maxFieldEvents: {
		type: 'number',
		min: 0,
		max: 64,
		default: 32,
		env: 'PIPELINE_BETA_MAX_FIELD_EVENTS',
		description: 'Changes of sensitive fields audited for one pass of one record.',
	},
	maxCacheOrigins: {
		type: 'number',
		min: 0,
		max: 65_536,
		default: 4_096,
		env: 'PIPELINE_BETA_MAX_CACHE_ORIGINS',
		description:
			'Looked-up keys whose origin is remembered, so that later hits link to the trace that filled the cache.',
	},
} as const satisfies OptionTable;

/** The options with a value each. */
export type BetaOptions = Resolved<typeof betaOptions>;
