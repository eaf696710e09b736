import type { StoreDatabase } from '../connection/store-database.ts';
import type { Findings } from './audit-report.ts';
import type { AuditCheckpoint } from './checkpoint-file.ts';

const MAX_PRODUCERS = 1_000;

/** Entries of producers that did not come while later ones did, and producers of which less is known than the newest checkpoint says. */
export async function checkProducers(
	database: StoreDatabase,
	chain: string,
	producers: AuditCheckpoint['producers'],
	findings: Findings,
): Promise<void> {
	const vouched = Object.entries(producers);
	const rows = await database.query<{
		producer_id: string;
		durable_seq: string;
		later: readonly (readonly [string, string])[];
	}>(
		`SELECT producer_id, durable_seq, arraySlice(later, 1, 100) AS later FROM audit_producers FINAL
		WHERE chain_id = {chain:String} AND (notEmpty(audit_producers.later) OR producer_id IN {vouched:Array(String)})
		ORDER BY producer_id LIMIT {limit:UInt32}`,
		{ chain, vouched: vouched.map(([producerId]) => producerId), limit: 2 * MAX_PRODUCERS },
	);
	for (const { producer_id, durable_seq, later } of rows) {
		let top = Number(durable_seq);
		for (const [from, to] of later) {
			const place = { chain: producer_id, firstSeq: top + 1, lastSeq: Number(from) - 1 };
			findings.add({ kind: 'PRODUCER_GAP', ...place, message: 'Entries of a producer have not come.' });
			top = Number(to);
		}
	}
	const durable = new Map(rows.map((row) => [row.producer_id, Number(row.durable_seq)]));
	for (const [producerId, seq] of vouched) {
		const known = durable.get(producerId) ?? 0;
		if (known >= seq) continue;
		const place = { chain: producerId, firstSeq: known + 1, lastSeq: seq };
		findings.add({ kind: 'PRODUCER_GAP', ...place, message: 'A checkpoint says that these entries were stored.' });
	}
}
