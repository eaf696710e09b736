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

	/** @throws Error unless that share of the completions was exported */
	verify(completions: number, [least, greatest]: readonly [number, number]): void {
		const exported = this.#exported;
		this.#exported = 0;
		if (exported < completions * least || exported > completions * greatest)
			throw new Error(`${exported} of ${completions} completions were exported`);
	}
}
