/** Modules that report telemetry, as events name them. */
export const MODULES = ['ALPHA', 'BETA', 'GAMMA', 'INTEGRATION', 'EPSILON', 'PHI', 'TELEMETRY'] as const;
export type Module = (typeof MODULES)[number];

const ALPHA = 'adapter connection parser validation buffer handoff error_queue errors resource trace config';
const BETA = 'intake mapping transform enrichment quality handoff error_queue errors resource trace config';
const GAMMA = 'intake routing render delivery connection ack dlq error_queue errors resource quality trace config';
const EPSILON = 'cache tier policy compression replication write_behind invalidation warmup connection errors config';
const PHI = 'scheduler executor dependency retry checkpoint recovery dlq resource errors config';
const INTEGRATION = 'transfer ack backpressure circuit errors context flow health cache_access job_control';
const TELEMETRY =
	'events queue exporter sampler spans storage query audit lineage redaction cardinality logs alerts compliance clock overhead provider security reporting';

/** The components of each module: the third segment of every event and metric name. */
export const COMPONENTS: Readonly<Record<Module, readonly string[]>> = {
	ALPHA: ALPHA.split(' '),
	BETA: BETA.split(' '),
	GAMMA: GAMMA.split(' '),
	INTEGRATION: INTEGRATION.split(' '),
	EPSILON: EPSILON.split(' '),
	PHI: PHI.split(' '),
	TELEMETRY: TELEMETRY.split(' '),
};

export function isModule(value: unknown): value is Module {
	return (MODULES as readonly unknown[]).includes(value);
}
