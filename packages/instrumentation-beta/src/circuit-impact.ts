import type { SourceStats } from './lookup-stats.ts';

const DEFAULT_OUTAGE_MS = 30_000;
const MEDIUM_RECORDS = 1_000;
const WINDOW_MS = 60_000;

/** What it means that a source cannot be asked. */
export interface Impact {
	/** `NONE` to `CRITICAL`. */
	readonly level: 'NONE' | 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
	/** Lookups that will find neither source nor substitute while it lasts. */
	readonly recordsAtRisk: number;
}

/**
 * Predicts it from the last minute's lookups of the source.
 *
 * @param outageMs how long it will last at least, in milliseconds. @default 30000
 */
export function assessImpact(stats: SourceStats | undefined, outageMs: number = DEFAULT_OUTAGE_MS): Impact {
	const total = stats?.coverage.total ?? 0;
	const lost = total - (stats?.coverage.hits ?? 0);
	const loss = total === 0 ? 0 : lost / total;
	const recordsAtRisk = Math.ceil((lost * outageMs) / WINDOW_MS);
	return { level: levelOf(loss, recordsAtRisk), recordsAtRisk };
}

function levelOf(loss: number, recordsAtRisk: number): Impact['level'] {
	if (loss >= 0.8) return 'CRITICAL';
	if (loss >= 0.5) return 'HIGH';
	if (loss >= 0.2 || recordsAtRisk >= MEDIUM_RECORDS) return 'MEDIUM';
	return loss > 0 ? 'LOW' : 'NONE';
}
