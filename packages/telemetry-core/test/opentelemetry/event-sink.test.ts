import { context, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTelemetryHarness, type EventView, type TelemetryHarness } from '../../../telemetry-testing/src/index.ts';
import {
	type EventDef,
	OpenTelemetryBackend,
	OpenTelemetryEventSink,
	openTelemetry,
	telemetry,
} from '../../src/index.ts';
import { event as alphaEvent } from '../../src/registry/alpha/index.ts';
import { BUILT_IN_TABLES, eventNamed } from '../../src/registry/index.ts';
import { checkTelemetryEvent, fromLogRecord, parseTelemetryEvent, toWire } from '../../src/schema/index.ts';

const POSITION = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const EVERY_EVENT = Object.values(BUILT_IN_TABLES).flatMap(({ events = {} }) => Object.entries(events));
const CHANGED = alphaEvent['pipeline.alpha.config.log.changed'];

const asLogRecord = ({ name, severity, traceId, spanId, attributes }: EventView) => ({
	eventName: name,
	timeUnixNano: '1772366400000000000',
	severityText: severity,
	traceId,
	spanId,
	attributes,
});

describe('the event sink on OpenTelemetry', () => {
	let harness: TelemetryHarness;
	beforeEach(() => {
		harness = createTelemetryHarness();
	});
	afterEach(() => harness.shutdown());

	it('every event of the registry is a valid TelemetryEvent on the wire', () => {
		for (const [name] of EVERY_EVENT) {
			telemetry.events.emit(eventNamed(name) as EventDef, {
				recordId: 'r',
				batchId: 'b',
				context: { ...POSITION, parentSpanId: 'aaaaaaaaaaaaaaaa' },
				dimensions: {
					'audit.resource_id': 'r',
					'pipeline.rule_ids': ['a', 'b'],
					'pipeline.depth': 3,
					absent: undefined,
				},
			});
		}
		const events = harness.events().map((view) => fromLogRecord(asLogRecord(view)));
		expect(events.map(({ name }) => name)).toEqual(EVERY_EVENT.map(([name]) => name));
		expect(new Set(EVERY_EVENT.map(([, { type }]) => type))).toEqual(new Set(['AUDIT', 'LOG', 'TRACE']));
		const options = { now: Date.UTC(2026, 2, 1, 12), mode: 'dev' } as const;
		for (const event of events) {
			expect(checkTelemetryEvent(event, options)).toEqual({ verdict: 'accept', event, findings: [] });
			expect(parseTelemetryEvent(toWire(event))).toEqual(event);
		}
		expect(events[0]).toMatchObject({
			...{ traceId: POSITION.traceId, spanId: POSITION.spanId, parentSpanId: 'aaaaaaaaaaaaaaaa' },
			...{ recordId: 'r', batchId: 'b', correlationId: 'b', severity: 'INFO' },
			dimensions: { 'pipeline.rule_ids': 'a,b', 'pipeline.depth': '3', 'audit.outcome': 'SUCCESS' },
		});
	});

	it('every severity of the registry survives', () => {
		const severities = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'CRITICAL'] as const;
		for (const severity of severities) telemetry.events.emit(CHANGED, { severity });
		expect(harness.events().map((view) => fromLogRecord(asLogRecord(view)).severity)).toEqual(severities);
	});

	it('a duration is the value of the event', () => {
		telemetry.events.emit(alphaEvent['pipeline.alpha.trace.trace.completed'], { durationMs: 12.5, context: POSITION });
		const [view] = harness.events();
		expect(fromLogRecord(asLogRecord(view as EventView))).toMatchObject({ value: 12.5, unit: 'ms' });
	});

	it('without a position of its own it stands where the active span does', () => {
		const active = trace.getTracer('test').startSpan('active');
		context.with(trace.setSpan(context.active(), active), () => {
			telemetry.events.emit(CHANGED, {});
			telemetry.events.emit(CHANGED, { context: {} });
			telemetry.events.emit(CHANGED, { context: POSITION });
		});
		telemetry.events.emit(CHANGED, {});
		const { traceId } = active.spanContext();
		expect(harness.events().map((told) => told.traceId)).toEqual([traceId, traceId, POSITION.traceId, undefined]);
	});

	it('counts what it cannot emit, and throws nothing', async () => {
		telemetry.events.emit(999_999 as EventDef, {});
		openTelemetry().setLogger(() => ({
			emit() {
				throw new Error('the exporter is gone');
			},
		}));
		telemetry.events.emit(CHANGED, {});
		openTelemetry().setLogger(() => undefined);
		telemetry.events.emit(CHANGED, {});
		const counted = (await harness.metrics()).map(({ name, attributes, value }) => [name, attributes, value]);
		const name = 'pipeline.telemetry.events.counter.events_dropped_total';
		expect(counted).toEqual([
			[name, { 'pipeline.signal': 'EVENTS', 'pipeline.reason': 'INVALID' }, 1],
			[name, { 'pipeline.signal': 'EVENTS', 'pipeline.reason': 'EXPORT_FAILED' }, 1],
		]);
	});

	it('stands on its own: actor, clock and logger are given', () => {
		const emitted: unknown[] = [];
		const sink = new OpenTelemetryEventSink({
			logger: () => ({ emit: ({ timestamp, attributes }) => emitted.push([timestamp, attributes['audit.actor_id']]) }),
			actorId: 'pipeline-alpha-1',
			now: () => 5,
		});
		sink.emit(alphaEvent['pipeline.alpha.buffer.audit.overflow'], {});
		sink.emit(alphaEvent['pipeline.alpha.buffer.audit.overflow'], { timestampMs: 7 });
		sink.emit(999_999 as EventDef, {});
		expect(emitted).toEqual([
			[5, 'pipeline-alpha-1'],
			[7, 'pipeline-alpha-1'],
		]);
	});

	it('a backend that nobody speaks in drops events silently: telemetry is off', () => {
		const restore = new OpenTelemetryBackend().install();
		telemetry.events.emit(CHANGED, {});
		restore();
		expect(harness.events()).toEqual([]);
	});
});
