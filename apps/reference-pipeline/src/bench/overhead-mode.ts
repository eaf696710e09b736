import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { type Telemetry, telemetry } from '@pipeline/telemetry-core';
import type { ModuleLogs } from '@pipeline/telemetry-sdk';

/** One way to have telemetry, made once for each process and row of the table. */
export interface OverheadMode {
	/** Takes what modules say of themselves; absent: they say nothing. */
	readonly logs?: ModuleLogs;
	/** Switches it on for the records that come now. */
	start(): void;
	/** Switches it off: what runs then runs without telemetry. */
	stop(): void;
	/** Exports what is waiting. */
	flush(): Promise<void>;
	/** Throws unless the telemetry of so many records left the process since the last call. */
	verify(records: number): Promise<void>;
	close(): Promise<void>;
}

const EPOCHS_APART = 1_000_000;
let modes = 0;

/**
 * Switches the same telemetry on, again and again. Whoever has cached its handles finds them valid: making them anew for each batch would be
 * part of the measurement.
 */
export function reinstall({ epoch: _, ...parts }: Readonly<Telemetry>): () => void {
	const epoch = ++modes * EPOCHS_APART;
	return () => void Object.assign(telemetry, parts, { epoch });
}

const COMPLETION = 'gamma.trace.complete';
/** Once in a thousand million measurements by chance. */
const DEVIATIONS = 6;

/** Counts the completions that an exporter has got rid of. */
export class CompletionCounter {
	#exported = 0;

	follow(exporter: SpanExporter): SpanExporter {
		return {
			export: (spans, done) =>
				exporter.export(spans, (result) => {
					if (result.code === 0) this.#exported += spans.filter(({ name }) => name === COMPLETION).length;
					done(result);
				}),
			forceFlush: async () => exporter.forceFlush?.(),
			shutdown: () => exporter.shutdown(),
		};
	}

	/**
	 * @param share of the records, that is exported, least and greatest; what is drawn by lot may vary by six standard deviations
	 * @throws Error unless it was
	 */
	verify(records: number, perRecord: number, [least, greatest]: readonly [number, number]): void {
		const exported = this.#exported / perRecord;
		this.#exported = 0;
		const slack = (ratio: number) => DEVIATIONS * Math.sqrt(records * ratio * (1 - ratio));
		if (exported < records * least - slack(least) || exported > records * greatest + slack(greatest))
			throw new Error(`${exported} of ${records} records were exported with their completions`);
	}
}
