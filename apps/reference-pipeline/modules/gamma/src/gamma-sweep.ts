import type { Runtime } from '@pipeline/model';
import type { GammaEmitter } from './gamma-events.ts';
import type { GammaParts } from './gamma-parts.ts';

/** Sweeps between two searches for expired queue entries. */
const SWEEPS_PER_EXPIRY = 60;
/** Renderings before the error rate says something. */
const MIN_RENDERINGS = 20;

/** What happens by the clock: deadlines, polls, expiry, reports. */
export class GammaSweep {
	private readonly parts: GammaParts;
	private readonly events: GammaEmitter;
	private readonly runtime: Runtime;
	private readonly stopping = new AbortController();
	private sweeps = 0;
	private sinceReportMs = 0;
	private isRenderRateHigh = false;

	constructor(parts: GammaParts, events: GammaEmitter, runtime: Runtime) {
		this.parts = parts;
		this.events = events;
		this.runtime = runtime;
	}

	/** Sweeps every `ackSweepIntervalMs` until {@link stop}. */
	start(): void {
		void this.loop();
	}

	stop(): void {
		this.stopping.abort();
	}

	/** One sweep. */
	async run(): Promise<void> {
		const { acks, config, destinations, deadLetters, errorQueue, reconciler } = this.parts;
		this.sweeps += 1;
		for (const { holding } of destinations.all()) holding.releaseExpired();
		this.checkRenderRate();
		if (this.sweeps % SWEEPS_PER_EXPIRY === 0) {
			deadLetters.expire();
			errorQueue.expire();
		}
		this.sinceReportMs += config.ackSweepIntervalMs;
		if (this.sinceReportMs >= config.reconciliationIntervalMs) {
			this.sinceReportMs = 0;
			reconciler.report();
		}
		await acks.sweep();
	}

	private async loop(): Promise<void> {
		const { signal } = this.stopping;
		while (!signal.aborted) {
			await this.runtime.sleep(this.parts.config.ackSweepIntervalMs, signal).catch(() => undefined);
			if (!signal.aborted) await this.run();
		}
	}

	private checkRenderRate(): void {
		const { renderer, config } = this.parts;
		const { errorRate, total } = renderer;
		const isHigh = total >= MIN_RENDERINGS && errorRate > config.renderErrorThreshold;
		const isNew = isHigh && !this.isRenderRateHigh;
		this.isRenderRateHigh = isHigh;
		if (isNew) this.events.emit('renderErrorRateExceeded', { errorRate, threshold: config.renderErrorThreshold });
	}
}
