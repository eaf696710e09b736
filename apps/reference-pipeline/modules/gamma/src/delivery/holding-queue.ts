import type { RenderedRecord, Runtime } from '@pipeline/model';
import type { GammaConfig } from '../config/gamma-config.ts';

/** Why a held record goes on: the circuit allows it, its deadline passed, the module stops, or there was no room. */
export type ReleaseReason = 'RELEASED' | 'EXPIRED' | 'STOPPED' | 'FULL';

interface HeldRecord {
	readonly expiresAtMs: number | undefined;
	readonly resolve: (reason: ReleaseReason) => void;
}

/** Records of one destination that wait for its circuit, in order, at most `holdingCapacity`. */
export class HoldingQueue {
	readonly capacity: number;
	private readonly runtime: Runtime;
	private isClosed = false;
	private readonly held = new Map<RenderedRecord, HeldRecord>();

	constructor(config: GammaConfig, runtime: Runtime) {
		this.capacity = config.holdingCapacity;
		this.runtime = runtime;
	}

	/** Records that wait now. */
	get depth(): number {
		return this.held.size;
	}

	/** Waits for the circuit; answers FULL at once when there is no room. */
	hold(rendered: RenderedRecord, expiresAtMs?: number): Promise<ReleaseReason> {
		if (this.isClosed) return Promise.resolve('STOPPED');
		if (this.held.size >= this.capacity) return Promise.resolve('FULL');
		return new Promise((resolve) => this.held.set(rendered, { expiresAtMs, resolve }));
	}

	/** Lets one record go on. False when it is not held. */
	release(rendered: RenderedRecord, reason: ReleaseReason): boolean {
		const entry = this.held.get(rendered);
		if (entry === undefined) return false;
		this.held.delete(rendered);
		entry.resolve(reason);
		return true;
	}

	/** Lets every record go on, oldest first. */
	releaseAll(reason: ReleaseReason): void {
		for (const rendered of [...this.held.keys()]) this.release(rendered, reason);
	}

	/** Lets every record go because the module stops; later ones do not wait at all. */
	close(): void {
		this.isClosed = true;
		this.releaseAll('STOPPED');
	}

	/** Lets records go whose deadline has passed. */
	releaseExpired(): void {
		const nowMs = this.runtime.now();
		for (const [rendered, { expiresAtMs }] of [...this.held]) {
			if (expiresAtMs !== undefined && nowMs >= expiresAtMs) this.release(rendered, 'EXPIRED');
		}
	}
}
