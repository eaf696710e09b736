import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MAX_BLOCK_ENTRIES } from '../src/audit/audit-block.ts';
import { AuditLedger } from '../src/audit/audit-ledger.ts';
import { CHECKSUM_SQL } from '../src/audit/canonical-form.ts';
import { verifyAudit } from '../src/audit/verify-audit.ts';
import { openDatabase } from '../src/connection/open-database.ts';
import { migrate } from '../src/schema/migrate.ts';

// node --conditions=@pipeline/source bench/store-verify.bench.ts [--events 1000000]: entries are made inside the engine and sealed by a ledger;
// then they are verified, and once more after one of them was changed.

const { values } = parseArgs({
	options: { events: { type: 'string', default: '1000000' }, json: { type: 'boolean' } },
});
const events = Number(values.events);
const PER_INSERT = 500_000;
const TENANTS = 20;

const ROW = {
	tenant_id: `concat('t_', leftPad(toString(number % ${TENANTS}), 16, '0'))`,
	timestamp: "toDateTime64('2026-08-01 00:00:00', 6, 'UTC') + toIntervalMicrosecond(number * 7776000)",
	event_id: 'generateUUIDv7()',
	service: "'alpha'",
	module: "'ALPHA'",
	component: "'adapter'",
	event_type: "'AUDIT'",
	severity: 'toUInt8(2)',
	name: "'pipeline.alpha.adapter.audit.record_ingested'",
	trace_id: 'lower(hex(sipHash128(number)))',
	span_id: "leftPad(lower(hex(number)), 16, '0')",
	parent_span_id: "''",
	record_id: 'toString(generateUUIDv7(number))',
	batch_id: "concat('batch-', toString(intDiv(number, 100)))",
	correlation_id: "concat('run-', toString(intDiv(number, 10000)))",
	value: "CAST(NULL, 'Nullable(Float64)')",
	unit: "''",
	dimensions: `map('audit.action', 'CREATE', 'audit.actor_id', concat('alpha-', toString(number % 7)), 'audit.actor_type', 'SERVICE',
		'audit.outcome', 'SUCCESS', 'audit.resource_id', toString(number), 'audit.resource_type', 'RECORD',
		'pipeline.source_id', 'file:flights', 'pipeline.tenant', concat('t_', leftPad(toString(number % ${TENANTS}), 16, '0')))`,
	received_at: 'timestamp',
	chain_id: "'main'",
	seq: 'toUInt64(number + 1)',
	block_id: `toUInt64(intDiv(number, ${MAX_BLOCK_ENTRIES}) + 1)`,
} as const;

const path = mkdtempSync(join(tmpdir(), 'store-verify-'));
const database = await openDatabase({ path });
await migrate(database);
await database.administer(async ({ execute }) => {
	const select = Object.entries(ROW).map(([column, expression]) => `${expression} AS ${column}`);
	for (let from = 0; from < events; from += PER_INSERT) {
		await execute(
			`INSERT INTO telemetry.audit_events (${Object.keys(ROW).join(', ')}, checksum)
			SELECT *, ${CHECKSUM_SQL} AS checksum FROM (SELECT ${select.join(', ')} FROM numbers({from:UInt64}, {count:UInt64}))`,
			{ from, count: Math.min(PER_INSERT, events - from) },
		);
		process.stderr.write(`\r${Math.min(from + PER_INSERT, events)} of ${events}`);
	}
});
process.stderr.write('\n');

const sealStartedMs = performance.now();
await (await AuditLedger.open(database)).close();
const sealMs = performance.now() - sealStartedMs;

const whole = await verifyAudit(database);
const again = await verifyAudit(database);
await database.administer(async ({ execute }) => {
	await execute(
		"ALTER TABLE telemetry.audit_events UPDATE correlation_id = 'x' WHERE seq = {seq:UInt64} SETTINGS mutations_sync = 2",
		{ seq: Math.ceil(events / 2) },
	);
});
const damaged = await verifyAudit(database);
await database.close();
rmSync(path, { recursive: true });

const rowsPerS = (ms: number) => Math.round((events / ms) * 1_000);
console.log(
	JSON.stringify({
		...{ bench: 'store-verify', events, blocks: whole.chains[0]?.blocks, isIntact: whole.isIntact },
		...{ sealMs: Math.round(sealMs), firstMs: Math.round(whole.elapsedMs), againMs: Math.round(again.elapsedMs) },
		...{ rowsPerS: rowsPerS(again.elapsedMs), damagedMs: Math.round(damaged.elapsedMs), found: damaged.findings },
	}),
);
if (!whole.isIntact || !again.isIntact || damaged.findings[0]?.firstSeq !== Math.ceil(events / 2)) process.exitCode = 1;
