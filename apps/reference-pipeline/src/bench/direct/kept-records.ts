import { LocalSink } from '../local-sink.ts';
import { FAILED_IDS, OTHER_IDS } from './record-work.ts';

/** Of fewer records the share that is kept varies too much to say anything. */
const ENOUGH = 5_000;
const SLACK = 0.3;

/** Knows which records' traces arrived at a receiver in another process. */
export class KeptRecords {
	readonly url: string;
	readonly #sink: LocalSink;
	/** Share of the records without failure that is kept. */
	readonly #ratio: number;
	/** Share of the failed ones, which is certain for none but 1. */
	readonly #failedRatio: number;

	private constructor(sink: LocalSink, ratio: number, failedRatio: number) {
		this.#sink = sink;
		this.url = sink.url;
		this.#ratio = ratio;
		this.#failedRatio = failedRatio;
	}

	static async start(ratio: number, failedRatio = 1): Promise<KeptRecords> {
		return new KeptRecords(await LocalSink.start([FAILED_IDS, OTHER_IDS]), ratio, failedRatio);
	}

	/** @throws Error unless the traces of these records arrived that should have, since the last call */
	async verify(records: number, failed: number): Promise<void> {
		const [keptFailed = 0, keptOthers = 0] = (await this.#sink.received()).distinct;
		if (this.#failedRatio === 1 && keptFailed !== failed)
			throw new Error(`traces of ${keptFailed} of ${failed} failed records arrived`);
		const expected = (records - failed) * this.#ratio;
		const slack = this.#ratio === 1 ? 0 : expected * SLACK;
		if ((this.#ratio === 1 || records >= ENOUGH) && Math.abs(keptOthers - expected) > slack)
			throw new Error(`traces of ${keptOthers} of ${records - failed} records without failure arrived`);
	}

	stop(): void {
		this.#sink.stop();
	}
}
