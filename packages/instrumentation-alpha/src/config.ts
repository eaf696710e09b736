import type { OptionTable, Resolved } from '@pipeline/telemetry-core/instrumentation';

/** Options of the instrumentation: given to the constructor, else from the environment, else these defaults. */
export const alphaOptions = {
	trustInboundContext: {
		type: 'boolean',
		default: false,
		env: 'PIPELINE_ALPHA_TRUST_INBOUND_CONTEXT',
		description:
			"Continue the trace context that a source's own records carry. Otherwise a new trace begins and links to it.",
	},
	maxFailureEvents: {
		type: 'number',
		min: 0,
		max: 64,
		default: 32,
		env: 'PIPELINE_ALPHA_MAX_FAILURE_EVENTS',
		description: 'Broken rules, and warnings of the parser, shown as events of one record; all are counted.',
	},
} as const satisfies OptionTable;

/** The options with a value each. */
export type AlphaOptions = Resolved<typeof alphaOptions>;
