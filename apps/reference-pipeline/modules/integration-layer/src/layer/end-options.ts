import type { Edge, Runtime } from '@pipeline/model';
import type { CircuitRegistry } from '../circuit/circuit-registry.ts';
import type { IntegrationConfig } from '../config.ts';
import type { HealthReport } from '../health/health-probe.ts';
import type { Transport } from '../transport/transport.ts';
import type { IntegrationEmitter } from './events.ts';

/** What one end of an edge works with. */
export interface EndOptions {
	readonly edge: Edge;
	readonly transport: Transport;
	readonly runtime: Runtime;
	readonly config?: Partial<IntegrationConfig>;
	/** Shared by several ends of one process. */
	readonly events?: IntegrationEmitter;
	/** Shared by several ends of one process. */
	readonly circuits?: CircuitRegistry;
	/** What health checks are answered with. @default no components: healthy by being there */
	readonly components?: HealthReport;
}
