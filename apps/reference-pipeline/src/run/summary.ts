import { METRIC_CATALOGUE } from '@pipeline/telemetry-core/registry';
import type { AuditFacts } from '../telemetry/audit-facts.ts';
import { checkTraces } from '../telemetry/span-ledger.ts';
import type { TelemetryFacts } from '../telemetry/telemetry.ts';
import { WholeTraces } from '../telemetry/whole-traces.ts';
import type { RecordCounts } from './outcomes.ts';

/** Records of one kind, and those of them whose whole trace was exported. */
export interface KeptRecords {
	readonly records: number;
	readonly whole: number;
}

/** How a run went; the last line of `--json`. */
export interface Summary {
	readonly records: RecordCounts;
	/** Ids of a record of each kind, to ask about. */
	readonly examples: { readonly failed?: string | undefined; readonly delivered?: string | undefined };
	readonly traces: {
		/** Terminal points with a completion event. */
		readonly terminal: number;
		/** Of those, the ones under the trace in which their record began. */
		readonly complete: number;
		/** Traces among the exported spans, and those with one root and every parent. Undefined below ratio 1. */
		readonly exported: number;
		readonly connected: number;
		readonly completions: number;
		readonly restored: number;
		readonly regenerated: number;
		/** Exported traces that are connected and have a completion for each time their record was delivered. */
		readonly whole: number;
		readonly faults: readonly string[];
	};
	/** Records that have to have their whole trace at any ratio, and how many have it. */
	readonly kept: { readonly failed: KeptRecords; readonly slow: KeptRecords };
	/** Records that recorders could not follow to their end, by reason. */
	readonly lost: Readonly<Record<string, number>>;
	readonly spans: number;
	readonly events: number;
	/** Absent when there was no audit spool. */
	readonly audit?: { readonly entries: number; readonly findings: readonly string[] };
	readonly metrics: { readonly emitted: number; readonly catalogue: number };
	/** Emitted names that the registry does not have. */
	readonly unknownNames: readonly string[];
	readonly durationMs: number;
	readonly interrupted: boolean;
	/** Share of records that had failed when the run was given up; absent when it was not. */
	readonly haltedAt?: number;
}

/** What became of the records of a run, as its modules told it. */
export interface RunOutcome {
	readonly records: RecordCounts;
	readonly examples: Summary['examples'];
	/** Ids of the records that failed, and of those that were slowed down. */
	readonly failed: readonly string[];
	readonly slowed: readonly string[];
	readonly durationMs: number;
	readonly interrupted: boolean;
	readonly haltedAt?: number | undefined;
}

export function summarize(
	{ records, examples, failed, slowed, durationMs, interrupted, haltedAt }: RunOutcome,
	facts: readonly TelemetryFacts[],
	audit: AuditFacts | undefined,
): Summary {
	const events = [...facts.map((fact) => fact.events), ...(audit === undefined ? [] : [audit.events])];
	const begun = new Set(events.flatMap((ledger) => ledger.begun));
	const ended = events.flatMap((ledger) => ledger.ended);
	const checked = checkTraces(facts.map(({ rows }) => rows));
	const traces = new WholeTraces(checked, ended);
	const sum = (of: (fact: TelemetryFacts) => number) => facts.reduce((total, fact) => total + of(fact), 0);
	return {
		records,
		examples,
		traces: {
			terminal: ended.length,
			complete: ended.filter(({ traceId }) => begun.has(traceId)).length,
			exported: checked.traces,
			connected: checked.connected.size,
			completions: [...checked.completions.values()].reduce((total, count) => total + count, 0),
			restored: sum(({ restored }) => restored),
			regenerated: sum(({ regenerated }) => regenerated),
			whole: traces.count,
			faults: checked.faults,
		},
		kept: { failed: traces.of(failed), slow: traces.of(slowed) },
		lost: facts.reduce<Record<string, number>>((lost, fact) => {
			for (const [reason, count] of Object.entries(fact.lost)) lost[reason] = (lost[reason] ?? 0) + count;
			return lost;
		}, {}),
		spans: sum(({ spans }) => spans),
		events: events.reduce((total, { emitted }) => total + emitted, 0),
		...(audit === undefined ? {} : { audit: { entries: audit.entries, findings: audit.findings } }),
		metrics: {
			emitted: new Set(facts.flatMap(({ metricNames }) => metricNames)).size,
			catalogue: Object.keys(METRIC_CATALOGUE).length,
		},
		unknownNames: [
			...new Set([
				...facts.flatMap(({ unknownMetrics }) => unknownMetrics),
				...events.flatMap((ledger) => ledger.unknownNames),
			]),
		],
		durationMs: Math.round(durationMs),
		interrupted,
		...(haltedAt === undefined ? {} : { haltedAt }),
	};
}

/** Why a run was given up. */
export const haltText = (errorRate: number): string =>
	`Halted: ${Math.round(100 * errorRate)} % of the last records failed in module beta`;

/** The summary for people. */
export function renderSummary(
	{ records, traces, spans, events, audit, metrics, unknownNames, durationMs, interrupted, haltedAt }: Summary,
	out: string,
): string {
	const perSecond = Math.round(records.ingested / (durationMs / 1000));
	const outcomes = Object.entries(records.byOutcome).map(([outcome, count]) => `${outcome} ${count}`);
	return [
		'',
		haltedAt === undefined
			? interrupted
				? 'Interrupted; what was read was finished.'
				: 'Done.'
			: `${haltText(haltedAt)}. What was read was finished; what failed is in the queues.`,
		'',
		`Records    ${records.ingested} ingested = ${records.delivered} delivered + ${records.queued} queued + ${records.failed} failed${records.open > 0 ? ` (${records.open} OPEN)` : ''}`,
		`           by outcome: ${outcomes.join(', ') || 'none'}`,
		`           ${(durationMs / 1000).toFixed(1)} s, ${perSecond} records/s`,
		...(spans === 0
			? ['Telemetry  off']
			: [
					`Traces     ${traces.terminal} terminal points, ${traces.complete} in the trace their record began in`,
					`           ${traces.connected} of ${traces.exported} exported traces connected, ${traces.completions} completions, ${traces.restored} restored, ${traces.regenerated} regenerated`,
					`Telemetry  ${spans} spans, ${events} events, ${metrics.emitted} of ${metrics.catalogue} catalogue metrics`,
				]),
		...(audit === undefined
			? []
			: [
					`Audit      ${audit.entries} entries, ${audit.findings.length === 0 ? 'the chain is whole' : `BROKEN: ${audit.findings.join('; ')}`}`,
				]),
		...(unknownNames.length > 0 ? [`           NOT IN THE REGISTRY: ${unknownNames.join(', ')}`] : []),
		...(traces.faults.length > 0 ? [`           broken: ${traces.faults.join('; ')}`] : []),
		'',
		`Output     ${out}`,
		...(audit === undefined ? [] : [`Audit      pnpm run pipeline spool export ${out}/audit --record <id>`]),
		records.queued > 0
			? `Next       pnpm run pipeline queue list --out ${out}`
			: 'Next       OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318 pnpm run pipeline run   sends it all to a collector',
		'',
	].join('\n');
}
