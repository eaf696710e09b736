export interface Interruption {
	/** Aborted by the first Ctrl-C (or SIGTERM): what was begun is finished. The second one ends the process at once. */
	readonly signal: AbortSignal;
	/** Leaves signals to others again. */
	stop(): void;
}

/** @param what is finished after the first Ctrl-C, as whoever interrupts is told */
export function watchInterrupts(what: string): Interruption {
	const interrupt = new AbortController();
	const onInterrupt = () => {
		if (interrupt.signal.aborted) process.exit(130);
		process.stderr.write(`\nInterrupted: finishing ${what} (once more to stop at once)\n`);
		interrupt.abort();
	};
	const signals = ['SIGINT', 'SIGTERM'] as const;
	for (const signal of signals) process.on(signal, onInterrupt);
	return {
		signal: interrupt.signal,
		stop() {
			for (const signal of signals) process.off(signal, onInterrupt);
		},
	};
}
