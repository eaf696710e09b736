import type { Signal } from '../self-metrics/export-monitor.ts';
import { type Outage, Outages, shownEndpoint } from '../self-metrics/outages.ts';
import type { ResolvedSettings } from '../settings/settings.ts';
import type { AuditSpoolOptions, SpoolLossReason, SpoolState } from '../spool/spool-options.ts';

const SOURCE = '@pipeline/telemetry-sdk';
const NAMES = { TRACES: 'traces', METRICS: 'metrics', LOGS: 'logs' } as const;
const MEANWHILE = {
	TRACES: 'spans of requests that fail are lost and counted',
	METRICS: 'sums go with the next export that gets through',
	LOGS: 'log records of requests that fail are lost and counted',
} as const;
/** What the sending of spooled entries does not get through for good. */
const REFUSED: ReadonlySet<SpoolLossReason> = new Set(['UNREADABLE', 'REJECTED']);

/** Lines on standard error: whoever runs the process sees there that its telemetry goes nowhere. */
export function createOutages(): Outages {
	return new Outages({ say: (line) => console.error(`${SOURCE}: ${line}`), now: () => performance.now() });
}

/** The outage of each signal that has an endpoint. */
export function exportOutages(outages: Outages, { otlp }: ResolvedSettings): (signal: Signal) => Outage | undefined {
	const destinations = { TRACES: otlp.traces, METRICS: otlp.metrics, LOGS: otlp.logs };
	return (signal) => {
		const destination = destinations[signal];
		const name = NAMES[signal];
		return (
			destination &&
			outages.add({
				failing: `${name} are not exported to ${shownEndpoint(destination.url)}`,
				working: `${name} are exported again`,
				meanwhile: MEANWHILE[signal],
			})
		);
	};
}

/** What the audit spool tells: whether it can write, and whether it can send. */
export function auditOutages(
	outages: Outages,
	{ audit, otlp }: ResolvedSettings,
	path: string,
): Required<Pick<AuditSpoolOptions, 'onState' | 'onLost'>> {
	const writing = outages.add({
		failing: `audit is not written to ${path}`,
		working: 'audit is written again',
		meanwhile: 'entries wait in memory while there is room, then they are lost and counted',
	});
	const sending = outages.add({
		failing: `audit is not sent to ${otlp.logs === undefined ? 'its endpoint' : shownEndpoint(otlp.logs.url)}`,
		working: 'audit is sent again',
		meanwhile: `entries wait on disk, up to ${audit.maxBytes} bytes`,
	});
	const tell = (outage: Outage, failure: string | undefined) =>
		failure === undefined ? outage.worked() : outage.failed(failure);
	return {
		onState({ writeFailure, sendFailure }: Pick<SpoolState, 'writeFailure' | 'sendFailure'>) {
			tell(writing, writeFailure);
			tell(sending, sendFailure);
		},
		onLost: (reason, entries) => (REFUSED.has(reason) ? sending : writing).lost(entries),
	};
}
