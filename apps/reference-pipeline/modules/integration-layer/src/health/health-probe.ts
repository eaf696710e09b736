import type { ComponentHealth, HealthCheckRequest, HealthCheckResponse, HealthStatus, Runtime } from '@pipeline/model';
import { createHeader } from '../protocol/header.ts';

/** From best to worst. */
const RANK: readonly HealthStatus[] = ['HEALTHY', 'DEGRADED', 'UNHEALTHY'];

/** The components of a module as they report themselves. */
export type HealthReport = () => Promise<readonly ComponentHealth[]>;

/** Answers health checks from the components' own reports. */
export class HealthProbe {
	readonly #runtime: Runtime;
	readonly #startedMs: number;
	readonly #components: HealthReport;

	constructor(runtime: Runtime, components: HealthReport) {
		this.#runtime = runtime;
		this.#startedMs = runtime.now();
		this.#components = components;
	}

	/** As bad as the worst component; LIVENESS asks none and is healthy by being answered. Only DETAILED lists them. */
	async check({ header, checkType }: HealthCheckRequest): Promise<HealthCheckResponse> {
		const checks = checkType === 'LIVENESS' ? [] : await this.#components();
		const worst = Math.max(0, ...checks.map(({ status }) => RANK.indexOf(status)));
		return {
			header: createHeader(this.#runtime, {
				source: header.targetModule,
				target: header.sourceModule,
				type: 'HEALTH_CHECK',
				correlationId: header.correlationId,
			}),
			status: RANK[worst] ?? 'HEALTHY',
			checks: checkType === 'DETAILED' ? checks : [],
			uptimeSeconds: Math.floor(this.#runtime.elapsedMs(this.#startedMs) / 1_000),
		};
	}
}
