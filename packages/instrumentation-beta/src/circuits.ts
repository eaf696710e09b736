import { nowMs, telemetry } from '@pipeline/telemetry-core';
import { event } from '@pipeline/telemetry-core/beta';
import { assessImpact } from './circuit-impact.ts';
import { tellUnavailable } from './lookup.ts';
import { lookupStats } from './lookup-stats.ts';
import { metrics } from './metrics.ts';

interface CircuitChange {
	readonly circuitId: string;
	readonly sourceId: string;
	readonly previousState: string;
	readonly newState: 'CLOSED' | 'HALF_OPEN' | 'OPEN';
}

/** Tells changes of circuits, and how long each was open. */
export function circuitTeller(): (change: CircuitChange, resetMs: number | undefined) => void {
	const openedMs = new Map<string, number>();
	return (change, resetMs) => {
		const { circuitId, sourceId, newState } = change;
		metrics.circuitChanges.of(circuitId, newState).add(1);
		if (newState === 'OPEN') {
			metrics.circuitTrips.of(circuitId).add(1);
			if (!openedMs.has(circuitId)) openedMs.set(circuitId, nowMs());
			tellOpened(change, resetMs);
			tellUnavailable(sourceId, resetMs, {});
			return;
		}
		const since = openedMs.get(circuitId);
		if (newState === 'CLOSED') openedMs.delete(circuitId);
		tellRecovery(change, since === undefined ? undefined : nowMs() - since);
	};
}

function tellOpened(
	{ circuitId, sourceId, previousState, newState }: CircuitChange,
	resetMs: number | undefined,
): void {
	const { level } = assessImpact(lookupStats.of(sourceId), resetMs);
	telemetry.events.emit(event['pipeline.beta.enrichment.log.circuit_opened'], {
		...(level === 'CRITICAL' ? { severity: 'CRITICAL' } : {}),
		dimensions: {
			'pipeline.circuit_id': circuitId,
			'pipeline.previous_state': previousState,
			'pipeline.new_state': newState,
			'pipeline.impact_level': level,
		},
	});
}

function tellRecovery({ circuitId, previousState, newState }: CircuitChange, openMs: number | undefined): void {
	const name = newState === 'CLOSED' ? 'circuit_closed' : 'circuit_half_opened';
	telemetry.events.emit(event[`pipeline.beta.enrichment.log.${name}`], {
		dimensions: {
			'pipeline.circuit_id': circuitId,
			'pipeline.previous_state': previousState,
			'pipeline.new_state': newState,
			'pipeline.open_duration_ms': openMs === undefined ? undefined : Math.round(openMs),
		},
	});
}
