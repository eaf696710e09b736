import type { BoundMetrics } from '../metrics/bound-metrics.ts';
import type { FlightRecorder } from '../recorder/flight-recorder.ts';
import type { BatchQueue } from '../self-metrics/batch-queue.ts';
import type { ExportMonitors, Signal } from '../self-metrics/export-monitor.ts';
import type { SpoolState } from '../spool/spool-options.ts';
import type { HealthFinding, HealthSource } from './health-source.ts';
import { type LossWindow, lossesOf } from './telemetry-losses.ts';

/** Share of the records of a minute that may be lost. */
const MAX_LOST = 0.001;
const FULL = 0.8;
const ERROR_CODE = /\bE[A-Z]{2,20}\b/;

export interface TelemetrySourceParts {
	readonly metrics: BoundMetrics;
	readonly window: LossWindow;
	readonly recorder: Pick<FlightRecorder, 'counts'>;
	readonly queues: Readonly<Partial<Record<Signal, BatchQueue>>>;
	readonly monitors: ExportMonitors;
	readonly spool: (() => SpoolState) | undefined;
	/** Milliseconds, as the monitors have them. */
	readonly now: () => number;
}

/** How telemetry of this process is: its records, queues, exporters and audit. None of it ever makes the application unready. */
export function telemetrySources(parts: TelemetrySourceParts): HealthSource[] {
	const { spool } = parts;
	return [
		{ name: 'records', check: () => records(parts) },
		{ name: 'queues', check: () => queues(parts) },
		{ name: 'exporter', check: () => exporter(parts) },
		...(spool === undefined ? [] : [{ name: 'audit_store', check: () => auditStore(spool()) }]),
	];
}

function records({ metrics, window, recorder }: TelemetrySourceParts): HealthFinding {
	const { losses, records: followed } = window.lastMinute();
	const lost = sumOf(losses, (key) => key.startsWith('RECORDS '));
	const isTooMuch = lost > followed * MAX_LOST;
	return {
		status: isTooMuch ? 'DEGRADED' : 'HEALTHY',
		message: isTooMuch ? 'more than 0.1 % of the records of the last minute were lost' : 'records are followed',
		details: {
			records_last_minute: followed,
			lost_last_minute: losses,
			lost_total: lossesOf(metrics),
			active_records: recorder.counts.active,
			parked_records: recorder.counts.parked,
		},
	};
}

function queues({ window, queues: waiting }: TelemetrySourceParts): HealthFinding {
	const dropped = sumOf(window.lastMinute().losses, (key) => !key.startsWith('RECORDS '));
	const isFull = Object.values(waiting).some(({ size, capacity }) => size >= capacity * FULL);
	return {
		status: dropped > 0 || isFull ? 'DEGRADED' : 'HEALTHY',
		message:
			dropped > 0 ? 'items were dropped in the last minute' : isFull ? 'a queue is nearly full' : 'queues have room',
		details: Object.fromEntries(
			Object.entries(waiting).map(([signal, { size, capacity }]) => [signal, { size, capacity }]),
		),
	};
}

function exporter({ monitors, now }: TelemetrySourceParts): HealthFinding {
	const { states } = monitors;
	const failing = states.filter(({ failingSinceMs }) => failingSinceMs !== undefined);
	const seconds = (ms: number | undefined) => (ms === undefined ? null : Math.round((now() - ms) / 1_000));
	return {
		status: failing.length > 0 ? 'DEGRADED' : 'HEALTHY',
		message:
			failing.length > 0
				? `exports fail: ${failing.map(({ signal, failure }) => `${signal} ${failure}`).join(', ')}`
				: states.length === 0
					? 'nothing is exported'
					: 'exports are accepted',
		details: Object.fromEntries(
			states.map(({ signal, lastSuccessMs, failingSinceMs, failure = null }) => [
				signal,
				{ seconds_since_success: seconds(lastSuccessMs), failing_for_seconds: seconds(failingSinceMs), failure },
			]),
		),
	};
}

function auditStore({
	writeFailure,
	sendFailure,
	appended,
	durable,
	shippedSeq,
	diskBytes,
}: SpoolState): HealthFinding {
	const status = writeFailure !== undefined ? 'UNHEALTHY' : sendFailure !== undefined ? 'DEGRADED' : 'HEALTHY';
	const failure = writeFailure ?? sendFailure;
	const code = failure === undefined ? '' : ` (${ERROR_CODE.exec(failure)?.[0] ?? 'see the log'})`;
	const message = { UNHEALTHY: `cannot be written${code}`, DEGRADED: `cannot be sent${code}`, HEALTHY: 'is written' };
	return {
		status,
		message: message[status],
		details: {
			entries: appended,
			unflushed_entries: appended - durable,
			shipped_seq: shippedSeq,
			disk_bytes: diskBytes,
		},
	};
}

function sumOf(losses: Readonly<Record<string, number>>, isOne: (key: string) => boolean): number {
	return Object.entries(losses).reduce((sum, [key, lost]) => (isOne(key) ? sum + lost : sum), 0);
}
