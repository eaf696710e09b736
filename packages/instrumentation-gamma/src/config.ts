import type { OptionTable, Resolved } from '@pipeline/telemetry-core/instrumentation';

/** Options of the instrumentation: given to the constructor, else from the environment, else these defaults. */
export const gammaOptions = {
	maxDestinations: {
		type: 'number',
		min: 0,
		max: 128,
		default: 20,
		env: 'PIPELINE_GAMMA_MAX_DESTINATIONS',
		description: 'Destinations named on a routing span; all are counted.',
	},
	maxTimedOutWaits: {
		type: 'number',
		min: 0,
		max: 100_000,
		default: 4096,
		env: 'PIPELINE_GAMMA_MAX_TIMED_OUT_WAITS',
		description: 'Deliveries without acknowledgment that are remembered, so that a late one finds its trace.',
	},
} as const satisfies OptionTable;

/** The options with a value each. */
export type GammaOptions = Resolved<typeof gammaOptions>;
