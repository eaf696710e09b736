import { expect, it } from 'vitest';
import { PlainEvents } from '../../src/ingest/plain-event.ts';
import { RequestReader } from '../../src/ingest/request-reader.ts';
import { otlpGroups } from '../../src/otlp/decode-otlp.ts';
import type { Signal } from '../../src/otlp/otlp-types.ts';
import { jsonBytes } from '../otlp/otlp-bytes.ts';
import { INGESTED, logsRequest, NOW_MS, recordOf } from './event-requests.ts';

const MAX_LENGTH = 100_000;

function rowsOf(signal: Signal, request: object): number {
	const reader = new RequestReader({
		maxLength: MAX_LENGTH,
		sender: '',
		receivedAt: INGESTED.timestamp,
		check: { mode: 'prod', now: NOW_MS },
		plain: new PlainEvents(),
		isSeen: () => false,
		onEvent: undefined,
	});
	for (const group of otlpGroups(signal, 'json', jsonBytes(request))) reader.read(signal, group);
	return reader.rows.length + reader.edges.length;
}

const tooLarge = expect.objectContaining({ code: 'OTLP_TOO_LARGE' });

it('stops within a metric whose points repeat much that they share', () => {
	const metricOf = (points: number, shared: number) => {
		const dataPoints = Array.from({ length: points }, () => ({ timeUnixNano: '1544712660000000000', asInt: '1' }));
		const attributes = [{ key: 'shared', value: { stringValue: 'x'.repeat(shared) } }];
		const scopeMetrics = [{ metrics: [{ name: 'metric', gauge: { dataPoints } }] }];
		return { resourceMetrics: [{ resource: { attributes }, scopeMetrics }] };
	};
	expect(rowsOf('metrics', metricOf(10, 5_000))).toBeGreaterThan(50_000);
	// All of it would be longer than a text can be.
	expect(() => rowsOf('metrics', metricOf(10_000, 90_000))).toThrow(tooLarge);
});

it('counts the steps of lineage that entries tell', () => {
	const merged = (count: number) => {
		const parents = Array.from({ length: 40 }, (_, index) => `parent-${index}`).join(',');
		const events = Array.from({ length: count }, () => ({
			...INGESTED,
			module: 'BETA' as const,
			component: 'mapping',
			name: 'pipeline.beta.mapping.audit.records_merged',
			dimensions: { ...INGESTED.dimensions, 'pipeline.parent_ids': parents },
		}));
		return logsRequest(events.map(recordOf));
	};
	expect(rowsOf('logs', merged(1))).toBeGreaterThan(10_000);
	expect(() => rowsOf('logs', merged(20))).toThrow(tooLarge);
});
