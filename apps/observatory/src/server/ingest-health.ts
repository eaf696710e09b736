import type { IngestStats } from '@pipeline/telemetry-store';
import type { PartHealth } from '../routes/process-routes.ts';

/** Degraded while something waits for the store, and from the first refused item on that nobody can look at any more. */
export function ingestHealth({
	overflow,
	deadLetters,
	pendingRequests,
}: Pick<IngestStats, 'overflow' | 'deadLetters' | 'pendingRequests'>): Omit<PartHealth, 'component_name'> {
	const gone = deadLetters.lost + deadLetters.overwritten;
	if (overflow.batches > 0) return { status: 'DEGRADED', message: `${overflow.batches} batches wait on disk.` };
	if (gone > 0) return { status: 'DEGRADED', message: `${gone} refused items are in no file any more.` };
	return { status: 'HEALTHY', message: `${pendingRequests} requests wait.` };
}
