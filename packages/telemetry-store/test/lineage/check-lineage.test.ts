import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventRow } from '../../src/events/event-row.ts';
import { checkLineage, type LineageCheckRequest } from '../../src/lineage/check-lineage.ts';
import { edgeRows } from '../../src/lineage/edge-row.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { openTestDatabase } from '../open-test-database.ts';
import {
	addEvents,
	addRows,
	completed,
	deadLettered,
	delivered,
	ingested,
	instant,
	mapped,
	merged,
	replayed,
	split,
	traceId,
	uuid,
} from './sample-events.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
const scope = TenantScope.of('default');
const record = (number: number) => uuid(4, number);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Each case has a day of its own. */
const dayOf = (day: number) => ({ from: instant(day * DAY), to: instant((day + 1) * DAY) });
const ORIGIN = { service: 'pipeline', receivedAt: instant(0) };

const addOnlyEvents = (events: readonly TelemetryEvent[]) =>
	addRows(
		database,
		'audit_events',
		events.map((event) => eventRow(event, ORIGIN)),
	);
const addOnlyEdges = (events: readonly TelemetryEvent[]) =>
	addRows(
		database,
		'lineage_edges',
		events.flatMap((event) => [...edgeRows(event)]),
	);

const check = (day: number, more: Partial<LineageCheckRequest> = {}) =>
	checkLineage(database, scope, { timeRange: dayOf(day), now: instant(300 * DAY), ...more });
const found = async (day: number, more?: Partial<LineageCheckRequest>) =>
	(await check(day, more)).findings.map(({ kind, id }) => `${kind} ${id}`);

beforeAll(async () => {
	database = await openTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

it('finds nothing wrong with records that were split, merged, dead, replayed and delivered', async () => {
	const first = { record: record(1), trace: traceId(1), batch: 'b-1' };
	const again = { ...first, trace: traceId(2) };
	const parts = [2, 3].map((number) => ({ record: record(number), batch: 'b-1' }));
	const sum = { record: record(4), batch: 'b-1' };
	const events = [
		ingested({ ...first, at: 1 }),
		mapped({ ...first, at: 2 }, 'flight', 'c0', 'c1'),
		mapped({ ...first, at: 3 }, 'flight', 'c1', 'c2'),
		mapped({ ...first, at: 3 }, 'flight_leg', 'c0', 'c3'),
		deadLettered({ ...first, at: 4 }, 'records-json', 'e-1'),
		completed({ ...first, at: 5 }, 'gamma', 'DLQ'),
		replayed({ ...again, at: HOUR }, 'e-1'),
		mapped({ ...again, at: HOUR + 1 }, 'flight', 'c0', 'c1'),
		delivered({ ...again, at: HOUR + 2 }, 'records-json'),
		...parts.map((part) => split({ ...part, at: 6 }, 'raw-1')),
		merged(
			{ ...sum, at: 7 },
			parts.map((part) => part.record),
		),
		completed({ ...sum, at: 8 }, 'gamma', 'DELIVERED'),
	];
	await addEvents(database, events);
	// A retry stored every step twice.
	await addOnlyEdges(events);
	expect(await check(0)).toEqual({
		timeRange: dayOf(0),
		findings: [],
		isTruncated: false,
		steps: 11,
		records: 4,
	});
});

describe('finds', () => {
	it('a step without its audit event', async () => {
		const story = { record: record(11), at: DAY + 1 };
		const [kept, lost] = [ingested(story), mapped(story, 'flight')];
		await addEvents(database, [kept, completed(story, 'gamma', 'DELIVERED')]);
		await addOnlyEdges([lost]);
		expect(await found(1)).toEqual([`EDGE_WITHOUT_EVENT ${lost.eventId}`]);
	});

	it('an audit event without its step, or without one of them', async () => {
		const story = { record: record(21), at: 2 * DAY + 1 };
		const origin = ingested(story);
		const alone = mapped(story, 'flight');
		const half = merged({ ...story, at: 2 * DAY + 2 }, [record(21), record(21), record(22)]);
		// Names no schema: it never told a step.
		const empty = mapped(story, '');
		const other = ingested({ ...story, record: record(22) });
		await addEvents(database, [origin, other, completed(story, 'gamma', 'DELIVERED')]);
		await addOnlyEvents([alone, empty, half]);
		await addRows(database, 'lineage_edges', edgeRows(half).slice(0, 1));
		const { findings } = await check(2);
		expect(findings.map(({ kind, id, detail }) => [kind, id, detail])).toEqual([
			['EVENT_WITHOUT_EDGE', alone.eventId, `${alone.name}: 0 of 1 steps`],
			['EVENT_WITHOUT_EDGE', half.eventId, `${half.name}: 1 of 2 steps`],
			['NO_END', record(22), 'no end is known'],
		]);
	});

	it('a record that never came in', async () => {
		const story = { record: record(31), at: 3 * DAY + 1 };
		await addEvents(database, [delivered(story, 'records-json')]);
		const { findings } = await check(3);
		expect(findings).toEqual([
			{
				...{ kind: 'NO_ORIGIN', tenant: 'default', id: `record:${record(31)}`, at: instant(3 * DAY + 1) },
				detail: 'pipeline.gamma.delivery.audit.delivery_confirmed',
			},
		]);
	});

	it('a record without an end, after the time of grace and not before', async () => {
		const at = 4 * DAY;
		await addEvents(database, [ingested({ record: record(41), at }), ingested({ record: record(42), at })]);
		// It ended on another day.
		await addEvents(database, [completed({ record: record(42), at: at + 2 * DAY }, 'gamma', 'FAILED')]);
		const late = { graceMs: HOUR, now: instant(at + HOUR + 1) };
		expect(await found(4, late)).toEqual([`NO_END ${record(41)}`]);
		expect(await found(4, { ...late, now: instant(at + HOUR) })).toEqual([]);
	});

	it('a record that changed between two steps', async () => {
		const story = { record: record(51), trace: traceId(51) };
		const at = 5 * DAY;
		const broken = mapped({ ...story, at: at + 3 }, 'flight', 'c9', 'c2');
		await addEvents(database, [
			ingested({ ...story, at }),
			mapped({ ...story, at: at + 2 }, 'flight', 'c0', 'c1'),
			broken,
			// What was not taken cannot be compared.
			mapped({ ...story, at: at + 4 }, 'flight'),
			mapped({ ...story, at: at + 5 }, 'flight', 'c7', 'c8'),
			completed({ ...story, at: at + 6 }, 'gamma', 'DELIVERED'),
		]);
		expect(await found(5)).toEqual([`CHECKSUM_BREAK ${broken.eventId}`]);
	});
});

it('sees one tenant only, and the same ids of another as another', async () => {
	const at = 10 * DAY;
	const mine = { record: record(61), at };
	const theirs = { ...mine, tenant: 't_other' };
	await addEvents(database, [
		ingested(mine),
		completed(theirs, 'gamma', 'DELIVERED'),
		delivered(theirs, 'records-json'),
	]);
	expect(await found(10)).toEqual([`NO_END ${record(61)}`]);
	const request = { timeRange: dayOf(10), now: instant(300 * DAY) };
	const other = await checkLineage(database, TenantScope.of('t_other'), request);
	expect(other.findings.map(({ kind, tenant }) => `${kind} ${tenant}`)).toEqual(['NO_ORIGIN t_other']);
	const all = await checkLineage(database, TenantScope.operator('test'), request);
	expect(all.findings).toHaveLength(2);
});

it('goes over several days, and says when there is more than it may tell', async () => {
	await addEvents(
		database,
		[20, 21, 22].map((day) => delivered({ record: record(day * 100), at: day * DAY + 1 }, 'records-json')),
	);
	const timeRange = { from: instant(20 * DAY), to: instant(23 * DAY) };
	const whole = await check(0, { timeRange, maxFindings: 3 });
	expect(whole).toMatchObject({ isTruncated: false, steps: 3, records: 3 });
	expect(whole.findings).toHaveLength(3);
	expect(await check(0, { timeRange, maxFindings: 2 })).toMatchObject({
		isTruncated: true,
		findings: whole.findings.slice(0, 2),
	});
});

it.each([
	{ timeRange: { from: instant(0), to: instant(366 * DAY + 1) } },
	{ timeRange: { from: instant(1), to: instant(0) } },
	{ maxFindings: 0 },
	{ maxFindings: 10_001 },
	{ graceMs: -1 },
	{ graceMs: Number.NaN },
	{ now: 'yesterday' },
])('refuses %j', async (request) => {
	await expect(check(0, request)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
});
