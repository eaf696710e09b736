import type { OptionTable, Resolved } from '@pipeline/telemetry-core/instrumentation';

/** Options of the instrumentation: given to the constructor, else from the environment, else these defaults. */
export const integrationOptions = {
	propagateBaggage: {
		type: 'boolean',
		default: true,
		env: 'PIPELINE_INTEGRATION_PROPAGATE_BAGGAGE',
		description: 'Send the baggage of records along with their trace context.',
	},
} as const satisfies OptionTable;

/** The options with a value each. */
export type IntegrationOptions = Resolved<typeof integrationOptions>;
