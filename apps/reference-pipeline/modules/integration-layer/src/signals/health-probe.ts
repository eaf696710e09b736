import type { ComponentHealth, HealthCheckRequest, HealthCheckResponse, HealthStatus, Runtime } from '@pipeline/model';
import { createHeader } from '../message.ts';

const RANK: readonly HealthStatus[] = ['HEALTHY', 'DEGRADED', 'UNHEALTHY'];

/** Answers health checks from the components' own reports. */
export class HealthProbe {
	readonly #runtime: Runtime;
	readonly #startedMs: number;
	readonly #components: () => Promise<readonly ComponentHealth[]>;

	constructor(runtime: Runtime, components: () => Promise<readonly ComponentHealth[]>) {
		this.#runtime = runtime;
		this.#startedMs = runtime.now();
		this.#components = components;
	}

	async check({ header }: HealthCheckRequest): Promise<HealthCheckResponse> {
		const checks = await this.#components();
		const worst = Math.max(0, ...checks.map(({ status }) => RANK.indexOf(status)));
		return {
			header: createHeader(this.#runtime, {
				source: header.targetModule,
				target: header.sourceModule,
				type: 'HEALTH_CHECK',
				correlationId: header.correlationId,
			}),
			status: RANK[worst] ?? 'HEALTHY',
			checks,
			uptimeSeconds: Math.floor(this.#runtime.elapsedMs(this.#startedMs) / 1_000),
		};
	}
}
