import { ENTRY_STAGE, type TraceFields } from '@pipeline/telemetry-core';
import { item, type SpanView } from '@pipeline/telemetry-testing';
import { describe, expect, it, vi } from 'vitest';
import { createFlightRecorder } from '../../src/recorder/flight-recorder.ts';
import { AuditSpool } from '../../src/spool/audit-spool.ts';
import { INGEST, PARSE, UNSET } from '../recorder/recorded.ts';
import { spanViews } from '../recorder/span-views.ts';
import { temporaryFolder } from './in-thread.ts';

describe('records that memory has let go', () => {
	it('come back from the spool when they are to be kept', async () => {
		const spool = new AuditSpool({
			path: await temporaryFolder(),
			segmentBytes: 262_144,
			resource: { attributes: {} },
		});
		const spans: SpanView[] = [];
		const lost: string[] = [];
		const recorder = createFlightRecorder({
			ratio: 0,
			slots: 16,
			receiptWords: 16_384,
			spill: spool,
			onLost: (reason) => lost.push(reason),
			onName: (id, name) => spool.define(id, name),
			identity: { onEpoch: (keys) => spool.epoch(keys) },
			projection: (context) => ({
				record: (words, at) => spool.receipt(words, at),
				spans: (words, at) => void spans.push(...spanViews(words, at, context)),
			}),
		});
		const traces = Array.from({ length: 5_000 }, (_, number) => {
			const journal = recorder.begin(INGEST, item({}));
			recorder.lap(journal, PARSE, ENTRY_STAGE, UNSET);
			const { traceId = '' }: TraceFields = recorder.inject(journal, ENTRY_STAGE, {});
			recorder.exit(journal, ENTRY_STAGE, UNSET);
			recorder.park(journal, `batch-${number >>> 7}`);
			return traceId;
		});
		recorder.flush();
		await spool.flush(10_000);
		expect(spans).toEqual([]);
		const failed = traces.filter((_, number) => number % 50 === 0);
		recorder.applyVerdicts({ keep: failed.map((traceId) => ({ traceId, reason: 'ERROR' })), released: [] });
		await vi.waitFor(() => expect(spans).toHaveLength(2 * failed.length));
		expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set(failed));
		// Said twice, they are not exported twice.
		recorder.applyVerdicts({ keep: failed.map((traceId) => ({ traceId, reason: 'ERROR' })), released: [] });
		await spool.flush(10_000);
		expect(spans).toHaveLength(2 * failed.length);
		expect(lost).toEqual([]);
		await spool.close(10_000);
	});
});
