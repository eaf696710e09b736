import { countText, durationText, offsetText, zeroOf } from './durations.ts';
import type { JourneyModule, JourneyStage, JourneyTrace, RecordJourney } from './journey.ts';
import { wasRetried } from './journey-modules.ts';
import { epochMs } from './span-stages.ts';
import { bar, fitted, plain, type TextLayout, textLayout } from './text-layout.ts';
import { factLines, outcomeTone } from './text-sections.ts';

export interface JourneyTextOptions {
	/** Columns of the terminal, 60 to 400. @default 80 */
	readonly width?: number;
	/** @default false */
	readonly isColoured?: boolean;
}

const OFFSET = 10;
const DURATION = 9;
/** Of a line beside its name and bar: two blanks before, one between, two before the bar. */
const SPACE = OFFSET + DURATION + 5;
/** Lines of stages of one trace at the most: the page and the data have more. */
const MAX_STAGES = 500;
/** Part of what is left that bars get. */
const BAR_SHARE = 0.4;

/** A journey for a terminal: what happened in which module, when and for how long, and what is known beside. Ends with a line break. */
export function renderJourneyText(journey: RecordJourney, options: JourneyTextOptions = {}): string {
	const layout = textLayout(options.width ?? 80, options.isColoured ?? false);
	const blocks = [
		headLines(journey, layout),
		...journey.traces.map((trace) => traceLines(trace, layout)),
		...factLines(journey, layout),
	];
	return `${blocks.map((lines) => lines.map((line) => line.trimEnd()).join('\n')).join('\n\n')}\n`;
}

function headLines(journey: RecordJourney, { width, paint }: TextLayout): readonly string[] {
	const { recordId, outcome, source, classification, tenant, lineageIds, batchIds, startedAt, durationMs } = journey;
	const title = fitted(`Record ${plain(recordId)}`, width - outcome.length - 1);
	const whose = [source ?? 'source not known', classification, `tenant ${tenant}`].filter((text) => text !== undefined);
	const took = durationMs === undefined ? 'not ended' : `took ${durationText(durationMs)}`;
	const ids = [...lineageIds.map((id) => `lineage ${id}`), ...batchIds.map((id) => `batch ${id}`)];
	return [
		`${paint('bold', title)} ${paint(outcomeTone(outcome), outcome)}`,
		fitted(plain(whose.join(' · ')), width),
		fitted(`began ${startedAt} · ${took} · ended ${offsetText(epochMs(journey.endedAt) - epochMs(startedAt))}`, width),
		...ids.map((id) => paint('dim', fitted(plain(id), width))),
	];
}

function traceLines(trace: JourneyTrace, layout: TextLayout): readonly string[] {
	const { traceId, kind, link, spans, evidence, startMs, durationMs } = trace;
	const what = { ORIGINAL: 'Trace', REPLAY: 'Replay in trace', LINKED: `Linked (${plain(link ?? '')}), trace` }[kind];
	const known = evidence === 'AUDIT' ? 'audit only' : countText(spans, 'span');
	const title = traceId === '' ? 'Without a trace' : `${what} ${plain(traceId)}`;
	const when = `${known}, began ${offsetText(startMs)}, took ${durationText(durationMs)}`;
	return [layout.paint('bold', fitted(title, layout.width)), layout.paint('dim', when), ...stageLines(trace, layout)];
}

function stageLines(trace: JourneyTrace, layout: TextLayout): readonly string[] {
	const all = trace.modules.flatMap((each): readonly StageLine[] => [
		{ ...each, name: moduleName(each), isModule: true },
		...each.stages.map((stage) => ({ durationMs: undefined, ...stage, name: stageName(stage), isModule: false })),
	]);
	const more = all.length > MAX_STAGES ? [layout.paint('dim', `  … and ${all.length - MAX_STAGES} more`)] : [];
	return [...all.slice(0, MAX_STAGES).map((line) => stageLine(line, trace, layout)), ...more];
}

interface StageLine {
	readonly name: string;
	readonly isModule: boolean;
	readonly startMs: number;
	readonly durationMs: number | undefined;
	readonly status: JourneyStage['status'];
}

function stageLine(
	{ name, isModule, startMs, durationMs, status }: StageLine,
	trace: JourneyTrace,
	layout: TextLayout,
): string {
	const bars = Math.floor((layout.width - SPACE) * BAR_SHARE);
	const names = layout.width - SPACE - bars;
	const whole = Math.max(trace.durationMs, 0.001);
	const drawn = bar((startMs - trace.startMs) / whole, durationMs === undefined ? undefined : durationMs / whole, bars);
	const tone = status === 'ERROR' ? 'red' : 'green';
	const mark = status === 'ERROR' ? '✗' : isModule ? ' ' : '✓';
	const label = fitted(plain(name), names - 2);
	return [
		`${layout.paint(tone, mark)} ${isModule ? layout.paint('cyan', label) : label}`,
		offsetText(startMs - zeroOf(trace)).padStart(OFFSET),
		`${(durationMs === undefined ? '' : durationText(durationMs)).padStart(DURATION)} `,
		layout.paint(isModule ? 'dim' : tone, drawn),
	].join(' ');
}

const moduleName = (each: JourneyModule) =>
	wasRetried(each) ? `${each.module} (${each.attempts} attempts)` : each.module;

const DEEPEST = 4;

function stageName({ name, subject, repeats, attempt, errorCode, depth }: JourneyStage): string {
	const short = name.split('.').slice(1).join('.') || name;
	const times = repeats > 1 ? ` ×${repeats}` : '';
	const which = attempt === undefined ? '' : ` #${attempt}`;
	const indent = '  '.repeat(Math.min(depth, DEEPEST) + 1);
	return [`${indent}${short}${which}${times}`, subject, errorCode].filter((text) => text !== undefined).join(' ');
}
