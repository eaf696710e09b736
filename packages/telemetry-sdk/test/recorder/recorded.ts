import { ENTRY_STAGE, type Journal, StageStatus, type TraceFields } from '@pipeline/telemetry-core';
import { event, span } from '@pipeline/telemetry-core/alpha';
import { item, type SpanView } from '@pipeline/telemetry-testing';
import {
	createFlightRecorder,
	type FlightRecorder,
	type FlightRecorderOptions,
} from '../../src/recorder/flight-recorder.ts';
import { viewJournal } from '../../src/recorder/journal-view.ts';
import { spanViews } from './span-views.ts';

export const { UNSET, OK, ERROR } = StageStatus;
export const INGEST = span['alpha.record.ingest'];
export const PARSE = span['alpha.parser.parse'];
export const COMPLETED = event['pipeline.alpha.trace.trace.completed'];

/** A recorder, with what it made of journals. */
export interface Recorded {
	readonly recorder: FlightRecorder;
	/** Spans of the records that were kept. */
	readonly spans: SpanView[];
	/** Records that left, kept or not. */
	readonly records: () => number;
	readonly lost: string[];
	/** How records ended. */
	readonly finishes: string[];
	/** A clock that stands still until it is moved. */
	readonly clock: { ms: number };
}

export function recorded(options: Partial<FlightRecorderOptions> = {}): Recorded {
	const spans: SpanView[] = [];
	const lost: string[] = [];
	const finishes: string[] = [];
	const clock = { ms: 1_700_000_000_000 };
	let records = 0;
	const recorder = createFlightRecorder({
		now: () => clock.ms,
		onLost: (reason) => lost.push(reason),
		projection: (context) => ({
			record(words, at) {
				records++;
				finishes.push(...viewJournal(words, at, context).finishes.map(({ outcome }) => outcome));
			},
			spans: (words, at) => void spans.push(...spanViews(words, at, context)),
		}),
		...options,
	});
	return { recorder, spans, lost, finishes, clock, records: () => records };
}

export const begin = (recorder: FlightRecorder): Journal => recorder.begin(INGEST, item({}));

export function end(recorder: FlightRecorder, journal: Journal, status: StageStatus = UNSET): void {
	recorder.exit(journal, ENTRY_STAGE, status);
	recorder.finish(journal, ENTRY_STAGE, 'DELIVERED', COMPLETED);
}

/** A record that leaves the process with a batch. @returns its trace id */
export function leave(recorder: FlightRecorder, batchId: string, remote?: TraceFields): string {
	const journal = remote === undefined ? begin(recorder) : recorder.begin(INGEST, item({}), remote);
	recorder.lap(journal, PARSE, ENTRY_STAGE, UNSET);
	const { traceId = '' } = recorder.inject(journal, ENTRY_STAGE, {});
	recorder.park(journal, batchId);
	recorder.exit(journal, ENTRY_STAGE, UNSET);
	return traceId;
}
