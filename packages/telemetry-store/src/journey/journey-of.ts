import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { definedFields, distinct } from '../lineage/defined-fields.ts';
import { transformationSteps } from '../lineage/transformation-steps.ts';
import { deliveriesOf } from './deliveries.ts';
import type { RecordJourney } from './journey.ts';
import { errorsOf } from './journey-errors.ts';
import { gapsOf } from './journey-gaps.ts';
import type { JourneySources } from './journey-sources.ts';
import { journeyTraces } from './journey-traces.ts';
import { queueEntriesOf } from './queue-entries.ts';
import { linksOf } from './record-traces.ts';
import { epochMs, rounded } from './span-stages.ts';
import { outcomeOf, terminalPoints } from './terminal-points.ts';

/** The story that these tell. */
export function journeyOf(sources: JourneySources): RecordJourney {
	const { recordId, tenant, own, all, spans, lineage } = sources;
	const ingestion = own.find(({ name }) => name.endsWith('.record_ingested'));
	const ends = terminalPoints(own);
	const [startMs, endMs] = boundsOf(sources, ingestion);
	const gaps = gapsOf(sources);
	const lastEnd = ends.at(-1);
	return {
		recordId,
		tenant,
		lineageIds: distinct([
			...own.map(({ dimensions }) => dimensions['pipeline.lineage_id']),
			...spanTexts(sources, 'lineage_id'),
		]),
		batchIds: distinct([...own.map(({ batchId }) => batchId), ...spanTexts(sources, 'batch_id')]),
		correlationIds: distinct([...own.map((event) => event.correlationId), ...spanTexts(sources, 'correlation_id')]),
		...definedFields({
			source: ingestion?.dimensions['pipeline.source_id'] ?? spanTexts(sources, 'source_id')[0],
			classification: ingestion?.dimensions['pipeline.classification'] ?? spanTexts(sources, 'classification')[0],
			durationMs: lastEnd === undefined ? undefined : rounded(Math.max(0, epochMs(lastEnd.at) - startMs)),
		}),
		startedAt: instantOfMs(startMs),
		endedAt: instantOfMs(endMs),
		outcome: outcomeOf(ends),
		ends,
		traces: journeyTraces(sources, startMs),
		links: linksOf(spans.traces.values()),
		deliveries: deliveriesOf(own),
		transformations: transformationSteps(own),
		errors: errorsOf(all, new Map([...spans.traces].map(([id, { trace }]) => [id, trace]))),
		queueEntries: queueEntriesOf(own),
		events: all,
		lineage,
		gaps,
		isTruncated: gaps.some(({ kind }) => kind.endsWith('_CUT')),
	};
}

/** From the record's ingestion, or the first thing known where something is known before it. */
function boundsOf(
	{ own, spans, traceIds }: JourneySources,
	ingestion: TelemetryEvent | undefined,
): readonly [number, number] {
	const ingested = ingestion?.dimensions['pipeline.ingestion_timestamp'];
	const times = own.map(({ timestamp }) => epochMs(timestamp));
	if (ingested !== undefined) times.push(epochMs(ingested));
	for (const [id, { startTime, durationMs }] of spans.traces) {
		if (traceIds.includes(id)) times.push(epochMs(startTime), epochMs(startTime) + durationMs);
	}
	const known = times.filter(Number.isFinite);
	return [Math.min(...known), Math.max(...known)];
}

function spanTexts({ spans, traceIds }: JourneySources, name: string): readonly string[] {
	const own = [...spans.traces].filter(([id]) => traceIds.includes(id)).flatMap(([, { trace }]) => trace);
	return distinct(own.map(({ attributes }) => attributes[`pipeline.${name}`]));
}

/** With microseconds. */
function instantOfMs(ms: number): string {
	const micros = String(Math.round((ms % 1) * 1_000))
		.padStart(3, '0')
		.slice(0, 3);
	return new Date(Math.floor(ms)).toISOString().replace('Z', `${micros}Z`);
}
