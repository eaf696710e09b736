import { claimDirectory, findOrphans, type OrphanedProducer, renewClaim } from './producers.ts';
import type { SpoolKeeper } from './spool-keeper.ts';
import type { SpoolShipper, SpoolShipperOptions } from './spool-shipper.ts';
import { readWatermark, type WatermarkSource } from './watermark.ts';

export interface AdoptedProducersOptions {
	/** Directory of all producers. */
	readonly spool: string;
	/** This process. */
	readonly producerId: string;
	readonly keeper: SpoolKeeper;
	/** Absent: nothing is sent. */
	readonly shipperOf:
		| ((orphan: OrphanedProducer, own: Pick<SpoolShipperOptions, 'durableSeq' | 'onShipped'>) => SpoolShipper)
		| undefined;
	/** Who says what is stored for good; absent: what is sent is not needed any more. */
	readonly watermark: WatermarkSource | undefined;
}

/**
 * Sends what processes that are gone could not send any more, one after the other. Two that do so send the same events twice, with the same
 * ids.
 */
export class AdoptedProducers {
	readonly #options: AdoptedProducersOptions;
	/** Sent, but not known to be stored: last entry by directory. */
	readonly #sent = new Map<string, { readonly id: string; readonly seq: number }>();
	/** Directories of which nothing is left to be sent. */
	readonly #done = new Set<string>();
	#isRunning = false;
	#current: { readonly directory: string; readonly shipper: SpoolShipper } | undefined;
	#isStopped = false;

	constructor(options: AdoptedProducersOptions) {
		this.#options = options;
	}

	/** One that cannot be sent does not keep the others, and is tried again with the next call. A call while another one runs does nothing. */
	async run(): Promise<void> {
		if (this.#isRunning) return;
		this.#isRunning = true;
		try {
			await this.#sendAll();
		} finally {
			this.#isRunning = false;
		}
	}

	/** Says that what is being sent is taken care of. */
	async renew(): Promise<void> {
		if (this.#current !== undefined) await renewClaim(this.#current.directory);
	}

	async readWatermarks(source: WatermarkSource): Promise<void> {
		for (const [directory, { id, seq }] of this.#sent) {
			const watermark = await readWatermark(source, id);
			if (watermark === undefined || watermark < seq) continue;
			this.#sent.delete(directory);
			await this.#options.keeper.addSpent(directory);
		}
	}

	async stop(): Promise<void> {
		this.#isStopped = true;
		await this.#current?.shipper.stop();
	}

	async #sendAll(): Promise<void> {
		const { spool, producerId, keeper, shipperOf } = this.#options;
		for await (const orphan of findOrphans(spool, producerId)) {
			if (this.#isStopped) return;
			if (this.#done.has(orphan.directory)) continue;
			if (shipperOf === undefined) await keeper.addSpent(orphan.directory);
			else await this.#send(orphan, shipperOf).catch(() => {});
		}
	}

	async #send(orphan: OrphanedProducer, shipperOf: NonNullable<AdoptedProducersOptions['shipperOf']>): Promise<void> {
		const { keeper, watermark } = this.#options;
		const { directory, id } = orphan;
		await claimDirectory(directory);
		const shipper = shipperOf(orphan, {
			durableSeq: () => Number.POSITIVE_INFINITY,
			onShipped: ({ seq }, isAll) => {
				if (!isAll) return;
				this.#done.add(directory);
				if (watermark === undefined) void keeper.addSpent(directory);
				else this.#sent.set(directory, { id, seq });
			},
		});
		this.#current = { directory, shipper };
		await shipper.kick();
		this.#current = undefined;
		await shipper.stop();
	}
}
