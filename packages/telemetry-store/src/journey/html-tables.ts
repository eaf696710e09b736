import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { minuteText, offsetText } from './durations.ts';
import type { RecordJourney } from './journey.ts';
import { html, type Markup, type Shown } from './markup.ts';
import { epochMs } from './span-stages.ts';
import { nodeText } from './text-sections.ts';

const MAX_ROWS = 2_000;

/** Everything beside the timeline, as tables; undefined where there is nothing to say. */
export function deliveriesTable({ deliveries, startedAt }: RecordJourney): Markup | undefined {
	const rows = deliveries.map(
		({ destinationId, status, attempts, deliveredAt, acknowledgmentId, contentChecksum, reason }) => [
			html`<strong>${destinationId}</strong>`,
			badge(status, status === 'DELIVERED' ? 'good' : status === 'PENDING' ? 'warn' : 'bad'),
			attempts.map(
				({ number, status: answer, at, errorCode }) =>
					html`<div>#${number} ${answer} <span class="quiet">${since(startedAt, at)}</span> <span class="bad">${errorCode}</span></div>`,
			),
			deliveredAt === undefined ? reason : since(startedAt, deliveredAt),
			html`<span class="mono">${acknowledgmentId}</span>${contentChecksum && html`<div class="mono quiet">${contentChecksum}</div>`}`,
		],
	);
	return table(['Destination', 'Status', 'Attempts', 'Delivered', 'Acknowledgment'], rows);
}

export function errorsTable({ errors, startedAt }: RecordJourney): Markup | undefined {
	const rows = errors.map(({ at, module, component, code, details }) => [
		since(startedAt, at),
		html`<strong class="bad">${code}</strong>`,
		`${module.toLowerCase()}.${component}`,
		Object.entries(details).map(([name, value]) => html`<div><span class="quiet">${name}</span> ${value}</div>`),
	]);
	return table(['When', 'Error', 'Where', 'What about'], rows);
}

export function queueTable({ queueEntries, startedAt }: RecordJourney): Markup | undefined {
	const rows = queueEntries.map(({ entryId, queue, enqueuedAt, errorCode, expiresAt, replays }) => [
		since(startedAt, enqueuedAt),
		html`<strong>${queue}</strong><div class="mono quiet">${entryId}</div>`,
		html`<span class="bad">${errorCode}</span>`,
		expiresAt === undefined ? '' : `until ${minuteText(expiresAt)}`,
		replays.length === 0
			? html`<span class="quiet">not replayed</span>`
			: replays.map(
					({ at, operator, justification }) =>
						html`<div>${since(startedAt, at)} by ${operator ?? 'unknown'} <span class="quiet">${justification}</span></div>`,
				),
	]);
	return table(['Since', 'Queue and entry', 'Why', 'Kept', 'Replays'], rows);
}

export function transformationsTable({ transformations, startedAt }: RecordJourney): Markup | undefined {
	const rows = transformations.map((step) => [
		since(startedAt, step.timestamp),
		html`${step.operation.replace(/^pipeline\./, '')} <span class="quiet">${step.schema ?? step.enrichmentSource}</span>`,
		step.ruleId,
		step.fieldsAffected.join(', '),
		html`<span class="mono">${step.previousChecksum}</span>
${step.resultingChecksum && html`<div class="mono">→ ${step.resultingChecksum}</div>`}`,
		step.outcome === undefined ? '' : badge(step.outcome, step.outcome === 'FAILURE' ? 'bad' : 'quiet'),
	]);
	return table(['When', 'Step', 'Rules', 'Fields', 'Checksum', 'Outcome'], rows);
}

export function lineageTable({ lineage, recordId, startedAt }: RecordJourney): Markup | undefined {
	const rows = lineage.edges.map(({ timestamp, parentId, childId, relation, operation }) => [
		since(startedAt, timestamp),
		nodeText(parentId, recordId),
		relation.toLowerCase(),
		nodeText(childId, recordId),
		html`<span class="quiet">${operation.replace(/^pipeline\./, '')}</span>`,
	]);
	return table(['When', 'From', 'Step', 'To', 'Told by'], rows);
}

export function eventsTable({ events, startedAt }: RecordJourney): Markup | undefined {
	const rows = events.map((event) => [
		since(startedAt, event.timestamp),
		html`${event.name.replace(/^pipeline\./, '')}${dimensionsOf(event)}`,
		event.dimensions['audit.actor_id'],
		outcomeBadge(event),
	]);
	return table(['When', 'Event', 'Actor', 'Outcome'], rows);
}

function outcomeBadge({ eventType, dimensions }: TelemetryEvent): Markup {
	const outcome = dimensions['audit.outcome'] ?? dimensions['pipeline.trace.outcome'] ?? eventType;
	return badge(outcome, outcome === 'FAILURE' ? 'bad' : 'quiet');
}

function dimensionsOf({ eventId, timestamp, traceId, spanId, dimensions }: TelemetryEvent): Markup {
	const named = { event_id: eventId, timestamp, trace_id: traceId, span_id: spanId, ...dimensions };
	const entries = Object.entries(named).filter(([, value]) => value !== undefined);
	return html`<details><summary>${entries.length} facts</summary><dl>${entries.map(
		([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`,
	)}</dl></details>`;
}

export function badge(text: string, tone: 'good' | 'bad' | 'warn' | 'quiet'): Markup {
	return html`<span class="badge ${tone}">${text}</span>`;
}

/** A moment, from the journey's begin. */
export function since(startedAt: string, at: string): Markup {
	return html`<span class="time" title="${at}">${offsetText(epochMs(at) - epochMs(startedAt))}</span>`;
}

function table(heads: readonly string[], rows: readonly (readonly Shown[])[]): Markup | undefined {
	if (rows.length === 0) return undefined;
	const more = rows.length > MAX_ROWS ? html`<p class="quiet">… and ${rows.length - MAX_ROWS} more</p>` : undefined;
	const body = rows.slice(0, MAX_ROWS).map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`);
	return html`<table><thead><tr>${heads.map((head) => html`<th>${head}</th>`)}</tr></thead><tbody>${body}</tbody></table>${more}`;
}
