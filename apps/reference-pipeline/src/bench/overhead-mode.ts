import type { SpanExporter } from '@opentelemetry/sdk-trace';

/** One way to have telemetry, made once for each process and row of the table. */
export interface OverheadMode {
	/** Switches it on for the records that come now. */
	start(): void;
	/** Switches it off: what runs then runs without telemetry. */
	stop(): void;
	/** Exports what is waiting. */
	flush(): Promise<void>;
	/** Throws unless this many completions of records were exported since the last call. */
	verify(completions: number): Promise<void>;
	close(): Promise<void>;
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

	/** @throws Error when it is another number */
	verify(completions: number): void {
		const exported = this.#exported;
		this.#exported = 0;
		if (exported !== completions) throw new Error(`${exported} of ${completions} completions were exported`);
	}
}
