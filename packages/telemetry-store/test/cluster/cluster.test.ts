import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { describe, expect, it } from 'vitest';
import { AuditLedger } from '../../src/audit/audit-ledger.ts';
import { queryAudit } from '../../src/audit/query-audit.ts';
import { verifyAudit } from '../../src/audit/verify-audit.ts';
import { openDatabase } from '../../src/connection/open-database.ts';
import { edgeRows } from '../../src/lineage/edge-row.ts';
import { traceLineage } from '../../src/lineage/trace-lineage.ts';
import { migrate, migrationStates } from '../../src/schema/migrate.ts';
import { applyRetention, RETENTIONS } from '../../src/schema/retention.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';

/** A cluster named `main`, as in cluster/compose.yaml. */
const url = process.env['TELEMETRY_STORE_CLUSTER_URL'];
const RECORDS = 200;

const id = (number: number) => `01a1ff27-8260-7000-8000-${number.toString(16).padStart(12, '0')}`;

function ingested(number: number): TelemetryEvent {
	return {
		eventId: id(number),
		timestamp: new Date(Date.now() - number).toISOString().replace('Z', '000Z'),
		module: 'ALPHA',
		component: 'adapter',
		eventType: 'AUDIT',
		severity: 'INFO',
		name: 'pipeline.alpha.adapter.audit.record_ingested',
		recordId: id(number),
		correlationId: `batch-${number % 10}`,
		dimensions: { 'pipeline.source_id': 'file:flights', 'pipeline.lineage_id': id(number), 'audit.actor_id': 'alpha' },
	};
}

describe.skipIf(url === undefined)('a cluster', () => {
	it('holds, finds and proves on several shards what one node does', async () => {
		const name = `telemetry_${Date.now().toString(36)}`;
		const database = await openDatabase({ url: url ?? '', cluster: 'main', database: name });
		try {
			await migrate(database);
			await applyRetention(database, RETENTIONS.prod);
			expect((await migrationStates(database)).every(({ state }) => state === 'APPLIED')).toBe(true);
			const events = Array.from({ length: RECORDS }, (_, number) => ingested(number));
			const rows = events.flatMap((event) => edgeRows(event).map((row) => JSON.stringify(row)));
			await database.insert('lineage_edges', Buffer.from(rows.join('\n')), name);
			const ledger = await AuditLedger.open(database);
			const origin = { service: 'alpha', receivedAt: new Date().toISOString().replace('Z', '000Z') };
			await ledger.append(events.map((event) => ({ event, origin })));
			await ledger.close();

			const shards = await database.query<{ shards: string }>(
				'SELECT uniqExact(_shard_num) AS shards FROM audit_events',
			);
			expect(shards).toEqual([{ shards: '2' }]);
			const scope = TenantScope.of('default');
			const timeRange = { from: '2020-01-01T00:00:00.000000Z', to: '2099-01-01T00:00:00.000000Z' };
			const answer = await queryAudit(database, scope, { timeRange, recordIds: [id(7)] });
			expect(answer.entries.map(({ recordId }) => recordId)).toEqual([id(7)]);
			const graph = await traceLineage(database, scope, { start: { record: id(7) }, direction: 'backward' });
			expect(graph.edges.map(({ parentId }) => parentId)).toEqual(['source:file:flights']);
			expect((await verifyAudit(database, {})).findings).toEqual([]);
		} finally {
			await database.administer(({ execute }) => execute(`DROP DATABASE IF EXISTS ${name} ON CLUSTER 'main'`));
			await database.close();
		}
	});
});
