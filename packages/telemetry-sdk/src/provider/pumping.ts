import type { Recording } from './recording.ts';

/** Receipts in memory are read so often, whatever may wait longer to be sent. */
const MAX_EVERY_MS = 1_000;
const MIN_EVERY_MS = 10;

/** Hands on what records have left, again and again, and once more when the process ends. @returns stops it */
export function startPumping(recording: Recording, everyMs: number, onTurn: () => void): () => void {
	const pump = () => {
		recording.pump();
		onTurn();
	};
	const timer = setInterval(pump, Math.min(MAX_EVERY_MS, Math.max(MIN_EVERY_MS, everyMs))).unref();
	// Before the spool's own, which waits for the disk: what it waits for is only there when journals were handed on.
	const onExit = () => recording.recorder.flush(true);
	process.prependListener('exit', onExit);
	return () => {
		clearInterval(timer);
		process.off('exit', onExit);
	};
}
