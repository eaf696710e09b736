import type { JourneyGap } from './journey.ts';
import type { JourneySources } from './journey-sources.ts';
import { terminalPoints } from './terminal-points.ts';

/** What a journey does not show. An auditor must not take "not recorded" for "did not happen". */
export function gapsOf(sources: JourneySources): readonly JourneyGap[] {
	const { own, spans, lineage, traceIds, areEventsCut } = sources;
	const gaps: JourneyGap[] = traceIds.flatMap((traceId) => traceGaps(sources, traceId));
	const add = (isSo: boolean, kind: JourneyGap['kind'], message: string) => {
		if (isSo) gaps.push({ kind, message });
	};
	add(own.length === 0, 'NO_AUDIT', 'No event names this record: only its spans are known.');
	const isBorn = own.some(({ name }) => /\.(?:record_ingested|record_split|records_merged)$/.test(name));
	add(
		own.length > 0 && !isBorn,
		'NO_INGESTION',
		'How it came in is not known: no entry says so, or it is past its retention.',
	);
	add(
		own.length > 0 && !areEventsCut && terminalPoints(own).length === 0,
		'NO_END',
		'Its end is not known: it is on its way, or it was lost.',
	);
	add(spans.isCut, 'TRACES_CUT', 'It has more traces or spans than are shown.');
	add(areEventsCut, 'EVENTS_CUT', 'It has more events than are shown: the first are.');
	add(lineage.isTruncated, 'LINEAGE_CUT', 'Its lineage goes further than is shown.');
	return gaps;
}

function traceGaps({ spans }: JourneySources, traceId: string): readonly JourneyGap[] {
	const trace = spans.traces.get(traceId);
	if (trace === undefined) {
		// Where traces were cut, nobody looked.
		if (spans.isCut) return [];
		const message =
			'No span of this trace was kept: it was not sampled, or is past its retention. The audit entries are whole.';
		return [{ kind: 'NOT_SAMPLED', message, traceId }];
	}
	const orphans = trace.trace.filter(({ isOrphan }) => isOrphan).length;
	return [
		...(trace.isTruncated
			? [{ kind: 'SPANS_CUT' as const, message: `${trace.trace.length} of ${trace.spans} spans are shown.`, traceId }]
			: []),
		...(orphans > 0 && !trace.isTruncated
			? [
					{
						kind: 'SPANS_MISSING' as const,
						message: `${orphans} spans name a parent that is not in the store.`,
						traceId,
					},
				]
			: []),
	];
}
