import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AuditLedger } from '../../src/audit/audit-ledger.ts';
import { EXPORT_FORMATS, type ExportFormat, exportAudit } from '../../src/audit/export-audit.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { auditEntry, auditEvent, idOf, numbers, START, timeOf } from './audit-entries.ts';

const TENANT = 't_0000000000000001';
const HOSTILE = 'a,"b"\r\nc|d\\e=f\u0000ü😀';
const EVENTS: readonly TelemetryEvent[] = [
	auditEvent(1, { dimensions: { 'audit.category': 'DATA', 'audit.checksum': '0'.repeat(64), 'audit.sequence': '1' } }),
	auditEvent(2, {
		severity: 'CRITICAL',
		traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
		spanId: '00f067aa0ba902b7',
		batchId: '=HYPERLINK("x")',
		correlationId: HOSTILE,
		dimensions: {
			'audit.actor_type': 'USER',
			'audit.actor_id': HOSTILE,
			'audit.session_id': 's-1',
			'audit.action': 'EXECUTE',
			'audit.outcome': 'PARTIAL',
			'pipeline.tenant': TENANT,
			'pipeline.note': HOSTILE,
		},
	}),
	{
		eventId: idOf(3),
		timestamp: timeOf(3),
		module: 'GAMMA',
		component: 'trace',
		eventType: 'TRACE',
		severity: 'WARN',
		name: 'pipeline.gamma.trace.trace.completed',
		value: 1.5,
		unit: 'ms',
		dimensions: {},
	},
];

for (const format of Object.keys(EXPORT_FORMATS) as ExportFormat[]) {
	it(`writes ${format} as it always did`, async () => {
		const { before, between, after, write } = EXPORT_FORMATS[format];
		const text = `${before}${EVENTS.map(write).join(between)}${after}`;
		await expect(text).toMatchFileSnapshot(`golden/${format}.golden`);
		// No text of an event begins a line of its own; a table has quotes around such a text.
		for (const line of EVENTS.map(write)) if (format !== 'csv') expect(line.trimEnd()).not.toMatch(/[\r\n]/);
	});
}

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
	database = await openTestDatabase();
	const ledger = await AuditLedger.open(database);
	await ledger.append(numbers(1, 2_500).map((number) => auditEntry(number)));
	await ledger.append([auditEntry(5_000, { dimensions: { 'pipeline.tenant': TENANT } })]);
});
afterAll(() => database[Symbol.asyncDispose]());

const timeRange = { from: START, to: timeOf(1_000_000) };
const exported = async (format: ExportFormat, from = START, scope = TenantScope.of('default')) => {
	const pieces: string[] = [];
	const range = { ...timeRange, from };
	for await (const piece of exportAudit(database, scope, { timeRange: range }, format)) pieces.push(piece);
	return pieces;
};

it('writes everything that is found, in pieces, and nothing of other tenants', async () => {
	const pieces = await exported('ndjson');
	expect(pieces).toHaveLength(3);
	const ids = pieces
		.join('')
		.trimEnd()
		.split('\n')
		.map((line) => (JSON.parse(line) as { event_id: string }).event_id);
	expect(ids).toEqual(numbers(1, 2_500).map((number) => idOf(number)));
	expect(JSON.parse((await exported('json')).join(''))).toHaveLength(2_500);
	expect((await exported('csv')).join('').trimEnd().split('\r\n')).toHaveLength(2_501);
	expect((await exported('cef', START, TenantScope.of(TENANT))).join('').split('\n')).toHaveLength(2);
});

it('writes what belongs around nothing, too', async () => {
	const nothing = timeOf(900_000);
	expect(JSON.parse((await exported('json', nothing)).join(''))).toEqual([]);
	expect((await exported('csv', nothing)).join('')).toMatch(/^event_id,[^\r]*\r\n$/);
	expect((await exported('ocsf', nothing)).join('')).toBe('');
	await expect(exported('pdf' as ExportFormat)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
});
