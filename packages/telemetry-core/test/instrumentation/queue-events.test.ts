import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EventDef, type EventDetail, installTelemetry, type Journal } from '../../src/index.ts';
import { followQueue, internalFailureCount, Replays } from '../../src/instrumentation/index.ts';
import { event } from '../../src/registry/alpha/index.ts';

const expired = event['pipeline.alpha.error_queue.audit.entry_expired'];
const corrected = event['pipeline.alpha.error_queue.audit.entry_corrected'];
const replayed = event['pipeline.alpha.error_queue.audit.entry_replayed'];

const POSITION = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
const ENTRY = { queue: 'PARSE', entryId: 'e1', recordId: 'r1', batchId: 'b1', lineageId: 'l1', ...POSITION };

const told = (operator: string, justification: string, more = {}) => ({
	'pipeline.queue': 'PARSE',
	'pipeline.entry_id': 'e1',
	'pipeline.lineage_id': 'l1',
	'pipeline.operator': operator,
	'pipeline.justification': justification,
	'audit.resource_id': 'e1',
	'audit.actor_type': operator === 'system' ? 'SYSTEM' : 'USER',
	'audit.actor_id': operator,
	...more,
});

describe('followQueue', () => {
	let emitted: [EventDef, EventDetail][];
	let restore = () => {};
	beforeEach(() => {
		emitted = [];
		restore = installTelemetry({ events: { emit: (event, detail) => emitted.push([event, detail]) } });
	});
	afterEach(() => restore());

	function followed() {
		const events = new EventEmitter();
		const heard: unknown[] = [];
		followQueue(events, {
			expired,
			corrected,
			replayed,
			removed: (...removal) => heard.push(removal),
			announce: ({ entryId }) => {
				heard.push(`announced ${entryId}`);
				return 0 as Journal;
			},
			dimensionsOf: () => ({ 'pipeline.raw_record_ref': 'b1#0' }),
		});
		return { events, heard };
	}

	const about = { recordId: 'r1', batchId: 'b1', correlationId: 'b1' };

	it('counts every removal, and audits that retention took an entry', () => {
		const { events, heard } = followed();
		events.emit('entryRemoved', { entry: ENTRY, reason: 'EXPIRED', ageSeconds: 7 });
		events.emit('entryRemoved', { entry: ENTRY });
		expect(heard).toEqual([
			['PARSE', 'EXPIRED', 7],
			['PARSE', 'PURGED', 0],
		]);
		const dimensions = told('system', 'retention');
		expect(emitted).toEqual([[expired, { ...about, context: expect.objectContaining(POSITION), dimensions }]]);
	});

	it('audits a correction in the trace in which the entry failed', () => {
		const { events } = followed();
		events.emit('entryCorrected', { entry: ENTRY, operator: 'ops', justification: 'typo' });
		events.emit('entryCorrected', { entry: { queue: 'PARSE', entryId: 'e1', lineageId: 'l1' } });
		const context = expect.objectContaining(POSITION);
		const dimensions = told('system', 'none given');
		expect(emitted).toEqual([
			[corrected, { ...about, context, dimensions: told('ops', 'typo') }],
			[corrected, { recordId: undefined, batchId: undefined, correlationId: 'e1', context: undefined, dimensions }],
		]);
	});

	it('audits a replay in its own trace', () => {
		const { events, heard } = followed();
		events.emit('entryReplayed', { entry: ENTRY, operator: 'ops', justification: 'fixed' });
		const dimensions = told('ops', 'fixed', { 'pipeline.raw_record_ref': 'b1#0' });
		expect([heard, emitted]).toEqual([['announced e1'], [[replayed, { ...about, context: {}, dimensions }]]]);
	});

	it('keeps its failures from the queue, and needs none', () => {
		const before = internalFailureCount();
		const { events } = followed();
		events.emit('entryCorrected', undefined);
		expect(internalFailureCount()).toBe(before + 1);
		expect(() =>
			followQueue(undefined, { expired, corrected, replayed, removed() {}, announce: () => 0 as Journal }),
		).not.toThrow();
	});
});

describe('Replays', () => {
	it('begins one trace for what the queue tells and the operation does, and another for the next replay', () => {
		let begun = 0;
		const replays = new Replays<{ readonly replay?: unknown }>(() => ++begun as Journal);
		const entry = {};
		const bound = { replay: {} };
		expect([replays.announce(bound, entry), replays.begin(bound, entry), replays.begin(bound, entry)]).toEqual([
			1, 1, 2,
		]);
		expect([replays.announce({}, entry), begun]).toEqual([0, 2]);
	});
});
