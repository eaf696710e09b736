import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	acceptTelemetryEvent,
	type CheckOptions,
	checkTelemetryEvent,
	createDuplicateWindow,
	type EventRule,
	MAX_EVENT_BYTES,
	parseTelemetryEvent,
	type TelemetryEvent,
	TelemetryEventError,
	toWire,
} from '../../src/schema/index.ts';
import {
	AUDIT_DIMENSIONS,
	anyEvent,
	auditEvent,
	EVENT_ID,
	logEvent,
	metricEvent,
	NOW_MS,
	SPAN_ID,
	TRACE_ID,
	traceEvent,
} from './events.ts';

const options: CheckOptions = {
	now: NOW_MS,
	mode: 'dev',
	newId: () => '01890a5d-ac96-774b-bcce-000000000000',
	metricEntry: (name) => (name === metricEvent.name ? { unit: '{error}', attributes: ['error.type'] } : undefined),
};

function rulesOf(event: unknown, more: Partial<CheckOptions> = {}) {
	const { verdict, findings } = checkTelemetryEvent(event, { ...options, ...more });
	return { verdict, rules: findings.map(({ rule }) => rule) };
}

function repaired(event: object, rule: EventRule, more: Partial<CheckOptions> = {}): TelemetryEvent {
	const check = checkTelemetryEvent(event, { ...options, ...more });
	expect({ verdict: check.verdict, rules: [...new Set(check.findings.map((finding) => finding.rule))] }).toEqual({
		verdict: 'repair',
		rules: [rule],
	});
	return check.event as TelemetryEvent;
}

/** Names that a rule or a reader treats in its own way. */
const NOTABLE_KEYS = [
	...['constructor', 'prototype', '__proto__', 'tenant', 'pipeline.tenant', 'clock.suspect'],
	...['audit.incomplete', 'audit.actor_id', 'exception.stacktrace'],
];
/** What secrets are made of; side by side, one hides the beginning of the next. */
const SECRET_PARTS = [
	...['password=', 'Bearer ', 'eyJabcdef', '://', 'jo@', 'example.org', '+49 123 456 78', '123-45-6789'],
	...['4111 1111 1111 1111', '-----BEGIN A-----', ' ', '.', 'x'.repeat(256), '\ud83d'],
];

const accepted = { verdict: 'accept', rules: [] };
const rejected = (...rules: EventRule[]) => ({ verdict: 'reject', rules });

describe('checkTelemetryEvent', () => {
	it.each([logEvent, auditEvent, traceEvent, metricEvent])('accepts $name as it is', (event) => {
		const before = structuredClone(event);
		const check = checkTelemetryEvent(event, options);
		expect(check).toEqual({ verdict: 'accept', event: before, findings: [] });
		expect(event).toEqual(before);
	});

	it('EV01 replaces an id that is no UUID of version 4 or 7', () => {
		expect(repaired({ ...logEvent, eventId: 'x' }, 'EV01').eventId).toBe('01890a5d-ac96-774b-bcce-000000000000');
		expect(repaired({ ...logEvent, eventId: EVENT_ID.toUpperCase() }, 'EV01').eventId).toBe(EVENT_ID);
	});

	it('EV02 normalises a timestamp and rejects what is none', () => {
		expect(repaired({ ...logEvent, timestamp: '2026-03-01T13:00:00+01:00' }, 'EV02').timestamp).toBe(
			'2026-03-01T12:00:00.000000Z',
		);
		expect(rulesOf({ ...logEvent, timestamp: 'yesterday' })).toEqual(rejected('EV02'));
		expect(rulesOf({ ...logEvent, timestamp: NOW_MS })).toEqual(rejected('EV02'));
	});

	it('EV03 marks live events more than 90 days old or 60 s ahead', () => {
		const at = (timestamp: string) => ({ ...logEvent, timestamp });
		expect(rulesOf(at('2025-12-01T12:00:00.000000Z'))).toEqual(accepted);
		expect(rulesOf(at('2026-03-01T12:01:00.000000Z'))).toEqual(accepted);
		expect(repaired(at('2025-12-01T11:59:59.999999Z'), 'EV03').dimensions).toMatchObject({ 'clock.suspect': 'true' });
		expect(repaired(at('2026-03-01T12:01:00.000001Z'), 'EV03').dimensions).toMatchObject({ 'clock.suspect': 'true' });
		expect(rulesOf(at('2020-01-01T00:00:00.000000Z'), { isImport: true })).toEqual(accepted);
	});

	it('EV04 rejects unknown members', () => {
		expect(rulesOf({ ...logEvent, module: 'beta' }).rules).toContain('EV04');
		expect(rulesOf({ ...logEvent, severity: 'FATAL' })).toEqual(rejected('EV04'));
		expect(rulesOf({ ...logEvent, eventType: 'SPAN' }).rules).toContain('EV04');
	});

	it('EV05 rejects an unknown component in dev and keeps it in prod', () => {
		const event = { ...logEvent, component: 'parser', name: 'pipeline.beta.parser.log.x' };
		expect(rulesOf(event)).toEqual(rejected('EV05'));
		expect(rulesOf(event, { mode: 'prod' })).toEqual({ verdict: 'accept', rules: ['EV05'] });
		expect(rulesOf({ ...logEvent, component: 'Parser' }, { mode: 'prod' })).toEqual(rejected('EV05', 'EV06'));
	});

	it.each([
		'pipeline.beta.enrichment.log.',
		'pipeline.beta.enrichment.audit.x',
		'pipeline.alpha.enrichment.log.x',
		'pipeline.beta.quality.log.x',
		'pipeline.beta.enrichment.log.X',
		'beta.enrichment.log.x',
		`pipeline.beta.enrichment.log.${'x'.repeat(227)}`,
	])('EV06 rejects the name %s', (name) => {
		expect(rulesOf({ ...logEvent, name })).toEqual(rejected('EV06'));
	});

	it('EV06 accepts a name of 255 characters', () => {
		expect(rulesOf({ ...logEvent, name: `pipeline.beta.enrichment.log.${'x'.repeat(226)}` })).toEqual(accepted);
		expect(rulesOf({ ...metricEvent, name: 'pipeline.alpha.parser.log.x' }).verdict).toBe('reject');
	});

	it('EV07 rejects metric points that the catalogue does not know so', () => {
		expect(rulesOf({ ...metricEvent, name: 'pipeline.alpha.parser.counter.other_total' })).toEqual(rejected('EV07'));
		expect(rulesOf({ ...metricEvent, value: Number.NaN })).toEqual(rejected('EV07'));
		expect(rulesOf({ ...metricEvent, unit: 'ms' })).toEqual(rejected('EV07'));
		expect(
			rulesOf(
				{ ...metricEvent, name: 'pipeline.alpha.parser.counter.other_total' },
				{ metricEntry: undefined as never },
			),
		).toEqual(accepted);
	});

	it('EV08 strips attributes that the catalogue does not list', () => {
		expect(repaired({ ...metricEvent, dimensions: { 'error.type': 'E', extra: '1' } }, 'EV08').dimensions).toEqual({
			'error.type': 'E',
		});
	});

	it('EV09 drops values of logs and audit entries', () => {
		expect(repaired({ ...logEvent, value: 1, unit: 's' }, 'EV09')).toEqual(logEvent);
		expect(repaired({ ...auditEvent, value: 1 }, 'EV09')).toEqual(auditEvent);
		expect(repaired({ ...traceEvent, value: Number.POSITIVE_INFINITY }, 'EV09').value).toBeUndefined();
	});

	it('EV10 drops malformed ids together, a malformed parent alone', () => {
		const ids = { traceId: TRACE_ID, spanId: SPAN_ID, parentSpanId: '00f067aa0ba902b8' };
		expect(repaired({ ...logEvent, ...ids, traceId: TRACE_ID.toUpperCase() }, 'EV10')).toEqual(logEvent);
		expect(repaired({ ...logEvent, ...ids, spanId: '0'.repeat(16) }, 'EV10')).toEqual(logEvent);
		expect(repaired({ ...logEvent, spanId: SPAN_ID }, 'EV10')).toEqual(logEvent);
		expect(repaired({ ...logEvent, ...ids, parentSpanId: 'x' }, 'EV10')).toEqual({
			...logEvent,
			traceId: TRACE_ID,
			spanId: SPAN_ID,
		});
	});

	it('EV11 drops a parent that is the span itself', () => {
		expect(repaired({ ...traceEvent, parentSpanId: SPAN_ID }, 'EV11')).toEqual(traceEvent);
	});

	it('EV12 rejects TRACE events without ids', () => {
		expect(rulesOf({ ...traceEvent, spanId: undefined })).toEqual(rejected('EV12'));
		expect(rulesOf({ ...traceEvent, traceId: 'x' })).toEqual(rejected('EV10', 'EV12'));
	});

	it('EV13 brings dimensions into form', () => {
		const dimensions = {
			n: 1,
			flag: true,
			'Not a key': 'x',
			none: null,
			long: 'v'.repeat(1025),
			'exception.stacktrace': 's'.repeat(8193),
		};
		expect(repaired({ ...logEvent, dimensions }, 'EV13').dimensions).toEqual({
			n: '1',
			flag: 'true',
			long: `${'v'.repeat(1021)}...`,
			'exception.stacktrace': `${'s'.repeat(8189)}...`,
		});
		const halved = repaired({ ...logEvent, dimensions: { k: `${'v'.repeat(1020)}😀😀😀` } }, 'EV13').dimensions['k'];
		expect(halved).toBe(`${'v'.repeat(1020)}...`);
		const key = `k${'x'.repeat(127)}`;
		expect(rulesOf({ ...logEvent, dimensions: { [key]: '' } })).toEqual(accepted);
		expect(repaired({ ...logEvent, dimensions: { [`${key}x`]: '' } }, 'EV13').dimensions).toEqual({});
		expect(rulesOf({ ...logEvent, dimensions: 'x' })).toEqual(accepted);
		expect(
			repaired({ ...logEvent, dimensions: { constructor: 'x', prototype: 'x', constructors: 'x' } }, 'EV13').dimensions,
		).toEqual({ constructors: 'x' });
	});

	it('EV13 keeps 64 keys: reserved ones, then the first by name', () => {
		const many = (count: number) =>
			Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${String(index).padStart(2, '0')}`, 'x']));
		expect(rulesOf({ ...logEvent, dimensions: many(64) })).toEqual(accepted);
		expect(repaired({ ...logEvent, dimensions: many(65) }, 'EV13').dimensions).toEqual(many(64));
		const audit = repaired({ ...auditEvent, dimensions: { ...many(59), ...AUDIT_DIMENSIONS } }, 'EV13').dimensions;
		expect(audit).toEqual({ ...many(58), ...AUDIT_DIMENSIONS });
		const flood = Object.fromEntries(Array.from({ length: 64 }, (_, index) => [`audit.a${index}`, 'x']));
		const marked = { ...flood, ...AUDIT_DIMENSIONS, 'audit.incomplete': 'true' };
		expect(repaired({ ...auditEvent, dimensions: marked }, 'EV13').dimensions).toMatchObject({
			...AUDIT_DIMENSIONS,
			'audit.incomplete': 'true',
		});
	});

	it('EV14 never drops an audit entry: it is marked', () => {
		const { 'audit.actor_id': _, 'audit.actor_type': __, ...rest } = AUDIT_DIMENSIONS;
		const event = { ...auditEvent, dimensions: rest };
		expect(repaired(event, 'EV14').dimensions).toEqual({ ...rest, 'audit.incomplete': 'true' });
		expect(
			repaired({ ...auditEvent, dimensions: { ...AUDIT_DIMENSIONS, 'audit.action': 'LOOK' } }, 'EV14').dimensions,
		).toMatchObject({ 'audit.incomplete': 'true' });
		expect(repaired(event, 'EV14', { serviceInstanceId: 'i-1' }).dimensions).toEqual({
			...AUDIT_DIMENSIONS,
			'audit.actor_id': 'i-1',
		});
	});

	it('EV15 redacts by key and by value, and everything when redaction fails', () => {
		const dimensions = {
			'http.authorization': 'x',
			api_key: 'x',
			'request.body': 'x',
			message: 'write to jo@example.org',
			body_bytes: '7',
		};
		expect(repaired({ ...logEvent, dimensions }, 'EV15').dimensions).toEqual({
			'http.authorization': '[REDACTED]',
			api_key: '[REDACTED]',
			'request.body': '[REDACTED]',
			message: 'write to [REDACTED:email]',
			body_bytes: '7',
		});
		const redact = () => {
			throw new Error('no');
		};
		expect(repaired(logEvent, 'EV15', { redact }).dimensions).toEqual({ message: '[REDACTED]' });
		expect(
			repaired(logEvent, 'EV15', { redact: () => ({ message: 'v'.repeat(2000) }) }).dimensions['message'],
		).toHaveLength(1024);
		const audit = repaired(auditEvent, 'EV15', { redact });
		expect(audit.dimensions).toMatchObject({ 'audit.actor_id': '[REDACTED]', 'audit.incomplete': 'true' });
		expect(parseTelemetryEvent(toWire(audit))).toEqual(audit);
		const { 'audit.actor_id': _, ...anonymous } = AUDIT_DIMENSIONS;
		expect(repaired(auditEvent, 'EV15', { redact: () => anonymous }).dimensions).toEqual({
			...anonymous,
			'audit.incomplete': 'true',
		});
	});

	it('EV16 cuts the stack trace, then the longest dimensions, until 64 KiB are enough', () => {
		const size = (event: TelemetryEvent) => Buffer.byteLength(JSON.stringify(toWire(event)));
		const fill = (bytes: number) => {
			const dimensions: Record<string, string> = { 'exception.stacktrace': 's'.repeat(8000) };
			for (let index = 0; index < 55; index++) dimensions[`k${index}`] = 'é'.repeat(510);
			const missing = bytes - size({ ...logEvent, dimensions: { ...dimensions, pad: '' } });
			return { ...logEvent, dimensions: { ...dimensions, pad: 'p'.repeat(missing) } };
		};
		expect(MAX_EVENT_BYTES).toBe(65_536);
		expect(rulesOf(fill(MAX_EVENT_BYTES))).toEqual(accepted);
		const cut = repaired(fill(MAX_EVENT_BYTES + 1), 'EV16');
		expect(size(cut)).toBeLessThanOrEqual(MAX_EVENT_BYTES);
		expect(cut.dimensions['exception.stacktrace']).toMatch(/^s{7900,}\.\.\.$/);
		const worst = Object.fromEntries(Array.from({ length: 64 }, (_, index) => [`k${index}`, '\u0000'.repeat(1024)]));
		expect(size(repaired({ ...logEvent, dimensions: worst }, 'EV16'))).toBeLessThanOrEqual(MAX_EVENT_BYTES);
	});

	it('EV17 ignores an event id seen within 10 minutes', () => {
		let nowMs = 0;
		const isDuplicate = createDuplicateWindow({ now: () => nowMs, maxIds: 2 });
		const results = [0, 599_999, 600_000].map((time) => {
			nowMs = time;
			return rulesOf(logEvent, { isDuplicate });
		});
		expect(results).toEqual([accepted, rejected('EV17'), accepted]);
		expect([isDuplicate('b'), isDuplicate('c'), isDuplicate(EVENT_ID)]).toEqual([false, false, false]);
	});

	it('EV18 fills the correlation id of an audit entry, or marks the entry', () => {
		const { correlationId: _, ...event } = auditEvent;
		expect(repaired({ ...event, traceId: TRACE_ID, batchId: 'b' }, 'EV18').correlationId).toBe(TRACE_ID);
		expect(repaired({ ...event, batchId: 'b' }, 'EV18').correlationId).toBe('b');
		expect(repaired(event, 'EV18').dimensions).toEqual({ ...AUDIT_DIMENSIONS, 'audit.incomplete': 'true' });
	});

	it('EV19 cuts ids of more than 128 characters', () => {
		expect(rulesOf({ ...logEvent, recordId: 'r'.repeat(128) })).toEqual(accepted);
		expect(repaired({ ...logEvent, recordId: 'r'.repeat(129), batchId: 'b'.repeat(200) }, 'EV19')).toEqual({
			...logEvent,
			recordId: 'r'.repeat(128),
			batchId: 'b'.repeat(128),
		});
		expect(repaired({ ...logEvent, recordId: 7, batchId: '' }, 'EV19')).toEqual(logEvent);
	});

	it('EV20 hashes a tenant in clear', () => {
		const hashed = { ...logEvent, dimensions: { 'pipeline.tenant': 't_0123456789abcdef', tenant: 'a'.repeat(64) } };
		expect(rulesOf(hashed)).toEqual(accepted);
		expect(
			repaired({ ...logEvent, dimensions: { 'pipeline.tenant': 'acme' } }, 'EV20').dimensions['pipeline.tenant'],
		).toMatch(/^t_[0-9a-f]{16}$/);
		expect(
			repaired({ ...logEvent, dimensions: { tenant: 'acme' } }, 'EV20', { hashTenant: () => 'f'.repeat(64) })
				.dimensions,
		).toEqual({ tenant: 'f'.repeat(64) });
		expect(repaired({ ...logEvent, dimensions: { tenant: 4711 } }, 'EV20').dimensions['tenant']).toMatch(
			/^t_[0-9a-f]{16}$/,
		);
	});

	it('gives typed errors', () => {
		expect(() => checkTelemetryEvent(null, options)).toThrow(expect.objectContaining({ code: 'EVENT_UNREADABLE' }));
		const throwing = {
			get name(): string {
				throw new Error('no');
			},
		};
		expect(() => checkTelemetryEvent(throwing, options)).toThrow(expect.objectContaining({ code: 'EVENT_UNREADABLE' }));
		expect(() => acceptTelemetryEvent({ ...logEvent, severity: 'x' }, options)).toThrow(
			expect.objectContaining({ code: 'EVENT_REJECTED', path: 'severity', message: 'EV04 severity: unknown severity' }),
		);
		expect(acceptTelemetryEvent(logEvent, options)).toEqual(logEvent);
	});

	it('leaves nothing behind that the schema refuses, and repairs only once', () => {
		const junk = fc.oneof(
			fc.anything(),
			fc.string(),
			fc.double(),
			fc.constantFrom(TRACE_ID, SPAN_ID, 'x'.repeat(2000)),
		);
		const dimensions = fc.oneof(
			fc.anything(),
			fc.dictionary(
				fc.oneof(fc.string(), fc.stringMatching(/^[a-z][a-z.]{0,5}$/), fc.constantFrom(...NOTABLE_KEYS)),
				fc.oneof(
					junk,
					fc.array(fc.constantFrom(...SECRET_PARTS)).map((parts) => parts.join('')),
				),
			),
		);
		const mangled = fc
			.tuple(
				anyEvent,
				fc.record(
					{
						eventId: junk,
						traceId: junk,
						spanId: junk,
						parentSpanId: junk,
						value: junk,
						unit: junk,
						recordId: junk,
						batchId: junk,
						correlationId: junk,
						dimensions,
					},
					{ requiredKeys: [] },
				),
			)
			.map(([event, changes]) => ({ ...event, ...changes }));
		const lenient: CheckOptions = { now: NOW_MS, mode: 'prod', isImport: true };
		fc.assert(
			fc.property(mangled, (event) => {
				const check = checkTelemetryEvent(event, lenient);
				if (check.verdict === 'reject') return;
				expect(parseTelemetryEvent(toWire(check.event))).toEqual(check.event);
				const again = checkTelemetryEvent(check.event, lenient);
				expect(again.event).toEqual(check.event);
			}),
			{ numRuns: 500 },
		);
		fc.assert(
			fc.property(fc.anything(), (value) => {
				try {
					checkTelemetryEvent(value, lenient);
				} catch (error) {
					expect(error).toBeInstanceOf(TelemetryEventError);
				}
			}),
		);
	});
});
