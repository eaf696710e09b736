import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { expect, it } from 'vitest';
import { errorsOf } from '../../src/journey/journey-errors.ts';
import {
	attempted,
	completed,
	deadLettered,
	ingested,
	instant,
	spanId,
	traceId,
	transformationFailed,
	uuid,
} from '../lineage/sample-events.ts';

const story = { record: uuid(6, 1), trace: traceId(1), span: spanId(1) };
const logged = (at: number, span: number, severity: TelemetryEvent['severity'], code?: string): TelemetryEvent => ({
	...{
		eventId: uuid(3, at),
		timestamp: instant(at),
		module: 'GAMMA',
		component: 'delivery',
		eventType: 'LOG',
		severity,
	},
	...{ name: 'pipeline.gamma.delivery.log.deliv_001_timeout', traceId: traceId(1), spanId: spanId(span) },
	dimensions: {
		message: 'no answer in time',
		'pipeline.stage': 'ATTEMPT',
		...(code === undefined ? {} : { 'error.type': code }),
	},
});

it('makes one of the audit entry and the log line of a failure', () => {
	const errors = errorsOf(
		[attempted({ ...story, at: 5 }, 'records-json', 1, 'DELIV_001_TIMEOUT'), logged(6, 1, 'WARN', 'DELIV_001_TIMEOUT')],
		new Map(),
	);
	expect(errors).toEqual([
		{
			...{ at: instant(5), module: 'GAMMA', component: 'delivery', code: 'DELIV_001_TIMEOUT' },
			...{ traceId: traceId(1), spanId: spanId(1) },
			details: { message: 'no answer in time', stage: 'ATTEMPT', destination_id: 'records-json', attempt_number: '1' },
		},
	]);
});

it('keeps failures of different places and codes apart, and those that only a log tells', () => {
	const errors = errorsOf(
		[
			attempted({ ...story, at: 5 }, 'records-json', 1, 'DELIV_001_TIMEOUT'),
			logged(6, 2, 'WARN', 'DELIV_001_TIMEOUT'),
			logged(7, 1, 'WARN', 'DELIV_002_REJECTED'),
			logged(8, 3, 'CRITICAL'),
			logged(9, 3, 'WARN'),
		],
		new Map(),
	);
	expect(errors.map(({ at, code }) => [at, code])).toEqual([
		[instant(5), 'DELIV_001_TIMEOUT'],
		[instant(6), 'DELIV_001_TIMEOUT'],
		[instant(7), 'DELIV_002_REJECTED'],
		[instant(8), 'deliv_001_timeout'],
	]);
});

it('keeps failures of one place apart, as several rules of one validation', () => {
	const events = ['origin', 'leg'].map((rule, at) =>
		transformationFailed({ ...story, at }, rule, 'MAP_001_MISSING_REQUIRED'),
	);
	expect(errorsOf(events, new Map()).map(({ details }) => details['rule_id'])).toEqual(['origin', 'leg']);
});

it('takes nothing for a failure that only names one', () => {
	const events = [
		ingested({ ...story, at: 1 }),
		deadLettered({ ...story, at: 2 }, 'records-json', 'e-1'),
		completed({ ...story, at: 3 }, 'gamma', 'DLQ', { 'pipeline.error_code': 'DELIV_001_TIMEOUT' }),
	].map((event) => ({ ...event, dimensions: { ...event.dimensions, 'error.type': 'DELIV_001_TIMEOUT' } }));
	expect(errorsOf(events, new Map())).toEqual([]);
});
