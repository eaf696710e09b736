import { countText, durationText } from './durations.ts';
import { STYLE } from './html-style.ts';
import {
	badge,
	deliveriesTable,
	errorsTable,
	eventsTable,
	lineageTable,
	queueTable,
	since,
	transformationsTable,
} from './html-tables.ts';
import { timeline } from './html-timeline.ts';
import type { RecordJourney } from './journey.ts';
import { lineagePicture } from './lineage-picture.ts';
import { linkTexts } from './link-texts.ts';
import { html, type Markup, type Shown } from './markup.ts';
import type { RecordOutcome } from './terminal-points.ts';

/**
 * A journey as one page that needs nothing else: no script, no font, no picture from elsewhere, and a policy that forbids them. Dark or light
 * as its reader has it; prints on paper. All that came from outside is text.
 */
export function renderJourneyHtml(journey: RecordJourney): string {
	const { recordId, outcome, traces, events, lineage } = journey;
	const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="robots" content="noindex"><meta name="referrer" content="no-referrer">
<title>Record ${recordId}: ${outcome}</title><style>${STYLE}</style></head><body><main>
<header><h1>Journey of a record<strong>${recordId}</strong></h1>${badge(outcome, toneOf(outcome))}</header>
<section>${facts(journey)}${gaps(journey)}</section>
${section('What happened', traces.length === 0 ? undefined : traces.map(timeline))}
${section('Where it went', deliveriesTable(journey))}
${section('What failed', errorsTable(journey))}
${section('Queues and replays', queueTable(journey))}
${section('What changed it', transformationsTable(journey))}
${section('Lineage', lineage.edges.length === 0 ? undefined : [lineagePicture(lineage, recordId), lineageTable(journey)])}
${section(`Audit: ${countText(events.length, 'event')}`, eventsTable(journey))}
<footer>Times are from the begin of the journey, ${journey.startedAt} (UTC).</footer>
</main></body></html>
`;
	return page.text;
}

function facts(journey: RecordJourney): Markup {
	const {
		source,
		classification,
		tenant,
		durationMs,
		startedAt,
		endedAt,
		lineageIds,
		batchIds,
		correlationIds,
		ends,
		links,
	} = journey;
	const ways = ends.map(
		({ at, outcome, schema }) => html`<div>${badge(outcome, toneOf(outcome))} ${schema} ${since(startedAt, at)}</div>`,
	);
	const mono = (texts: readonly string[]) => texts.map((text) => html`<div class="mono">${text}</div>`);
	const all: readonly (readonly [name: string, value: Shown])[] = [
		['Source', source ?? 'not known'],
		['Began', html`<span class="mono">${startedAt}</span>`],
		['Last known', html`<span class="mono">${endedAt}</span>`],
		['From ingestion to its end', durationMs === undefined ? 'not ended' : durationText(durationMs)],
		['Ends', ways.length === 0 ? 'none known' : ways],
		['Classification', classification ?? 'none'],
		['Tenant', tenant],
		['Lineage', mono(lineageIds)],
		['Batch', mono(batchIds)],
		['Correlation', mono(correlationIds)],
		['Linked traces', mono(linkTexts(links))],
	];
	return html`<dl class="facts">${all.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function gaps({ gaps: missing }: RecordJourney): Markup | undefined {
	if (missing.length === 0) return undefined;
	const items = missing.map(({ message, traceId }) => html`<li>${message} <span class="mono">${traceId}</span></li>`);
	return html`<ul class="gaps" aria-label="What is not shown">${items}</ul>`;
}

function section(title: string, content: Shown): Markup | undefined {
	return content === undefined ? undefined : html`<section><h2>${title}</h2>${content}</section>`;
}

function toneOf(outcome: RecordOutcome): 'good' | 'bad' | 'warn' {
	if (outcome === 'DELIVERED') return 'good';
	return outcome === 'PARTIAL' || outcome === 'IN_PROGRESS' ? 'warn' : 'bad';
}
