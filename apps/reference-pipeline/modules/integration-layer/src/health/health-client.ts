import type { CheckType, Edge, HealthCheckResponse, Module, Runtime } from '@pipeline/model';
import type { IntegrationConfig } from '../config.ts';
import type { IntegrationEmitter } from '../layer/events.ts';
import { createHeader } from '../protocol/header.ts';
import { UNAVAILABLE } from '../transfer/edge.ts';
import type { Transport } from '../transport/transport.ts';

/** What a health client works with. */
export interface HealthClientOptions {
	readonly edge: Edge;
	/** Module that asks, and module that is asked. */
	readonly source: Module;
	readonly target: Module;
	readonly transport: Transport;
	readonly runtime: Runtime;
	readonly config: IntegrationConfig;
	readonly events: IntegrationEmitter;
}

/** A module did not say in time how it is. */
export class HealthTimeoutError extends Error {
	readonly code = UNAVAILABLE;

	constructor(target: Module, timeoutMs: number) {
		super(`${target} did not answer a health check within ${timeoutMs} ms`);
		this.name = 'HealthTimeoutError';
	}
}

/** Asks the peer how it is. */
export class HealthClient {
	readonly #options: HealthClientOptions;
	readonly #waits = new Map<string, (response: HealthCheckResponse) => void>();
	#timer: NodeJS.Timeout | undefined;

	constructor(options: HealthClientOptions) {
		this.#options = options;
	}

	/**
	 * One question.
	 * @throws HealthTimeoutError after `healthCheckTimeoutMs`, NotConnectedError when the peer is not there
	 */
	async ask(checkType: CheckType): Promise<HealthCheckResponse> {
		const { runtime, source, target, transport, config } = this.#options;
		const header = createHeader(runtime, {
			source,
			target,
			type: 'HEALTH_CHECK',
			correlationId: runtime.uuid('health'),
		});
		const startedMs = runtime.now();
		const over = new AbortController();
		const answer = new Promise<HealthCheckResponse>((resolve) => this.#waits.set(header.correlationId, resolve));
		const timeout = runtime.sleep(config.healthCheckTimeoutMs, over.signal).then(() => {
			throw new HealthTimeoutError(target, config.healthCheckTimeoutMs);
		});
		try {
			const response = await Promise.race([transport.send({ header, checkType }).then(() => answer), timeout]);
			this.#tell(response, startedMs);
			return response;
		} catch (error) {
			this.#tell(undefined, startedMs);
			throw error;
		} finally {
			over.abort();
			this.#waits.delete(header.correlationId);
		}
	}

	/** Takes an answer in. One that nobody waits for any more is dropped. */
	receive(response: HealthCheckResponse): void {
		this.#waits.get(response.header.correlationId)?.(response);
	}

	/** Asks every `healthCheckIntervalMs`; the event `healthChecked` tells what came of it. */
	start(): void {
		this.#timer ??= setInterval(
			() => this.ask('LIVENESS').catch(() => undefined),
			this.#options.config.healthCheckIntervalMs,
		);
		this.#timer.unref();
	}

	stop(): void {
		clearInterval(this.#timer);
		this.#timer = undefined;
	}

	#tell(response: HealthCheckResponse | undefined, startedMs: number): void {
		const { events, edge, runtime } = this.#options;
		events.emit('healthChecked', { edge, response, elapsedMs: runtime.elapsedMs(startedMs) });
	}
}
