import { TelemetryProvider } from './telemetry-provider.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Switches telemetry on as the environment says, and flushes it when the process ends. */
export async function register(): Promise<void> {
	const provider = new TelemetryProvider();
	if (!(await provider.start())) return;
	process.once('beforeExit', () => void provider.shutdown());
	for (const signal of SIGNALS) {
		process.once(signal, () => {
			// An application that listens itself decides when the process ends.
			if (process.listenerCount(signal) > 0) void provider.forceFlush();
			else void provider.shutdown().then(() => process.kill(process.pid, signal));
		});
	}
}
