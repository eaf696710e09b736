import { countText, durationText, offsetText, zeroOf } from './durations.ts';
import type { JourneyModule, JourneyStage, JourneyTrace } from './journey.ts';
import { wasRetried } from './journey-modules.ts';
import { html, type Markup } from './markup.ts';

/** Rows of one trace at the most. */
const MAX_ROWS = 2_000;
const DEEPEST = 4;

/** A trace as a table with bars: it reads aloud, and prints. Every trace has its own scale, because a replay may be days later. */
export function timeline(trace: JourneyTrace): Markup {
	const { traceId, kind, link, evidence, spans, startMs, durationMs, modules } = trace;
	const what = { ORIGINAL: 'Trace', REPLAY: 'Replay', LINKED: `Linked: ${link ?? ''}` }[kind];
	const known = evidence === 'AUDIT' ? 'from audit entries: no span was kept' : countText(spans, 'span');
	const quarters = [0, 0.25, 0.5, 0.75, 1].map(
		(part) => html`<span>${offsetText(startMs + part * durationMs - zeroOf(trace))}</span>`,
	);
	return html`<h3>${what} <span class="mono">${traceId === '' ? 'without an id' : traceId}</span></h3>
<p class="quiet">${known} · began ${offsetText(startMs)} · took ${durationText(durationMs)}</p>
${modules.length === 0 ? undefined : stages(trace, quarters)}`;
}

function stages(trace: JourneyTrace, quarters: readonly Markup[]): Markup {
	return html`<table class="stages"><colgroup><col class="what"><col class="when"><col class="took"><col></colgroup>
<thead><tr><th>Stage</th><th class="number">Begins</th><th class="number">Takes</th><th><div class="axis">${quarters}</div></th></tr></thead>
<tbody>${rows(trace.modules, trace)}</tbody></table>`;
}

function rows(modules: readonly JourneyModule[], trace: JourneyTrace): readonly Markup[] {
	const all = modules.flatMap((each) => [
		moduleRow(each, trace),
		...each.stages.map((stage) => stageRow(stage, trace)),
	]);
	if (all.length <= MAX_ROWS) return all;
	return [...all.slice(0, MAX_ROWS), html`<tr><td colspan="4">… and ${all.length - MAX_ROWS} stages more</td></tr>`];
}

function moduleRow(of: JourneyModule, trace: JourneyTrace): Markup {
	const { module, startMs, durationMs, status, attempts } = of;
	const tries = wasRetried(of) ? html` <span class="badge warn">${attempts} attempts</span>` : undefined;
	const failed = status === 'ERROR' ? html` <span class="badge bad">failed</span>` : undefined;
	return row('module', html`${module}${tries}${failed}`, { startMs, durationMs, isBad: status === 'ERROR', trace });
}

function stageRow(stage: JourneyStage, trace: JourneyTrace): Markup {
	const { name, subject, attempt, repeats, errorCode, depth, startMs, durationMs, status } = stage;
	const which = attempt === undefined ? '' : ` #${attempt}`;
	const times = repeats > 1 ? ` ×${repeats}` : '';
	const about = subject === undefined ? undefined : html` <span class="quiet">${subject}</span>`;
	const why = errorCode === undefined ? undefined : html` <span class="bad">${errorCode}</span>`;
	const label = html`<div class="depth-${Math.min(depth, DEEPEST)}">${name}${which}${times}${about}${why}</div>`;
	return row('', label, { startMs, durationMs, isBad: status === 'ERROR', trace });
}

interface Place {
	readonly startMs: number;
	readonly durationMs: number | undefined;
	readonly isBad: boolean;
	readonly trace: JourneyTrace;
}

function row(kind: string, label: Markup, { startMs, durationMs, isBad, trace }: Place): Markup {
	const whole = Math.max(trace.durationMs, 0.001);
	const left = percent((startMs - trace.startMs) / whole);
	const width = durationMs === undefined ? undefined : html`;width:${percent(durationMs / whole)}%`;
	const kinds = `bar${isBad ? ' bad' : ''}${durationMs === undefined ? ' moment' : ''}`;
	const took = durationMs === undefined ? '' : durationText(durationMs);
	return html`<tr class="${kind}"><td>${label}</td><td class="number">${offsetText(startMs - zeroOf(trace))}</td><td class="number">${took}</td>
<td><div class="track"><div class="${kinds}" style="left:${left}%${width}"></div></div></td></tr>`;
}

const percent = (part: number) => Math.round(Math.min(1, Math.max(0, part)) * 100_000) / 1_000;
