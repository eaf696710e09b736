import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { definedFields } from '../lineage/defined-fields.ts';
import type { TraceWithLinks } from '../traces/trace-by-id.ts';
import { eventStages } from './event-stages.ts';
import type { JourneyTrace, JourneyTraceKind } from './journey.ts';
import { modulesOf } from './journey-modules.ts';
import type { JourneySources } from './journey-sources.ts';
import { rounded, spanStages } from './span-stages.ts';

/**
 * The traces of a journey, its own in the order of time before those of others. Where no span was kept, the audit entries stand for them.
 *
 * @param zeroMs begin of the journey, milliseconds since 1970
 */
export function journeyTraces(sources: JourneySources, zeroMs: number): readonly JourneyTrace[] {
	const { traceIds, spans, all } = sources;
	const events = Map.groupBy(all, ({ traceId }) => traceId ?? '');
	const own = traceIds.map((id) => traceOf(id, spans.traces.get(id), events.get(id) ?? [], zeroMs));
	const others = [...spans.followed].map(([id, link]) => ({
		...traceOf(id, spans.traces.get(id), [], zeroMs),
		...{ kind: 'LINKED' as const, link },
	}));
	const byTime = (a: JourneyTrace, b: JourneyTrace) => a.startMs - b.startMs;
	const loose = events.get('') ?? [];
	const untraced = loose.length === 0 ? [] : [traceOf('', undefined, loose, zeroMs)];
	return [
		...[...own, ...untraced].toSorted(byTime),
		...others.filter(({ spans: count }) => count > 0).toSorted(byTime),
	];
}

function traceOf(
	traceId: string,
	trace: TraceWithLinks | undefined,
	events: readonly TelemetryEvent[],
	zeroMs: number,
): JourneyTrace {
	const stages = trace === undefined ? eventStages(events, zeroMs) : spanStages(trace.trace, zeroMs);
	const startMs = Math.min(...stages.map((stage) => stage.startMs));
	const endMs = Math.max(...stages.map((stage) => stage.startMs + (stage.durationMs ?? 0)));
	const link = replayLink(trace);
	return {
		traceId,
		kind: kindOf(events, link),
		...definedFields({ link }),
		evidence: trace === undefined ? 'AUDIT' : 'SPANS',
		startMs: stages.length === 0 ? 0 : startMs,
		durationMs: stages.length === 0 ? 0 : rounded(endMs - startMs),
		spans: trace?.spans ?? 0,
		modules: modulesOf(stages),
	};
}

/** What a replay says that it repeats. */
function replayLink(trace: TraceWithLinks | undefined): string | undefined {
	const types = trace?.linked
		.flatMap(({ reasons }) => reasons)
		.map((reason) => (reason.kind === 'link' ? reason.type : ''));
	return types?.includes('replay_of') ? 'replay_of' : undefined;
}

function kindOf(events: readonly TelemetryEvent[], link: string | undefined): JourneyTraceKind {
	return link !== undefined || events.some(({ name }) => name.endsWith('.entry_replayed')) ? 'REPLAY' : 'ORIGINAL';
}
