import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { StoreDatabase } from '../../src/connection/store-database.ts';
import { PER_REQUEST, PRODUCER } from './numbered-request.ts';

const PROGRAM = fileURLToPath(new URL('./killed-ingest.ts', import.meta.url));

/** Kills a process some time after its first answer. @returns the requests that it acknowledged before it was gone */
export async function killIngest(folder: string, from: number, afterMs: number): Promise<readonly number[]> {
	const args = ['--conditions=@pipeline/source', PROGRAM, folder, String(from)];
	const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
	const acknowledged: number[] = [];
	const exited = once(child, 'close');
	const began = Promise.withResolvers<void>();
	createInterface({ input: child.stdout! }).on('line', (line) => {
		acknowledged.push(Number(line));
		began.resolve();
	});
	await Promise.race([began.promise, exited]);
	setTimeout(() => child.kill('SIGKILL'), afterMs);
	await exited;
	return acknowledged;
}

/** Acknowledged requests of which something is not in the store: entries, their steps of lineage, or logs. */
export async function lostRequests(
	database: StoreDatabase,
	acknowledged: readonly number[],
): Promise<readonly number[]> {
	const count = async (sql: string) => {
		const rows = await database.query<{ request: string; found: string }>(sql, {
			producer: PRODUCER,
			per: PER_REQUEST,
		});
		return new Map(rows.map(({ request, found }) => [Number(request), Number(found)]));
	};
	const entries = await count(
		`SELECT intDiv(producer_seq - 1, {per:UInt64}) AS request, count() AS found FROM audit_events
		WHERE producer_id = {producer:String} GROUP BY request`,
	);
	const steps = await count(
		`SELECT intDiv(toUInt64(substring(record_id, 8)) - 1, {per:UInt64}) AS request, uniqExact(step_id) AS found
		FROM lineage_edges WHERE startsWith(record_id, 'record-') GROUP BY request`,
	);
	const logs = await count(
		"SELECT toUInt64(substring(Body, 9)) AS request, count() AS found FROM otel_logs WHERE startsWith(Body, 'request ') GROUP BY request",
	);
	return acknowledged.filter(
		(number) =>
			[entries.get(number), steps.get(number)].some((found) => found !== PER_REQUEST) ||
			(logs.get(number) ?? 0) < PER_REQUEST,
	);
}
