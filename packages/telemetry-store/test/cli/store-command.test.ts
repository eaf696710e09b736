import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AuditLedger } from '../../src/audit/audit-ledger.ts';
import { storeCommand } from '../../src/cli/store-command.ts';
import { openDatabase } from '../../src/connection/open-database.ts';
import type { Administration, StoreDatabase } from '../../src/connection/store-database.ts';
import { MIGRATIONS } from '../../src/schema/migrations.ts';
import { eventAt } from '../metrics/pipeline-events.ts';

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'telemetry-store-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...args: readonly string[]) {
	const said = { out: '', error: '' };
	const code = await storeCommand(args, {
		out: (text) => {
			said.out += text;
		},
		error: (text) => {
			said.error += text;
		},
	});
	return { code, ...said };
}

async function inStore(work: (database: StoreDatabase) => Promise<unknown>): Promise<void> {
	const database = await openDatabase({ path: join(folder, 'store') });
	try {
		await work(database);
	} finally {
		await database.close();
	}
}

const change = (work: (administration: Administration) => Promise<void>) =>
	inStore((database) => database.administer(work));
const here = () => ['--path', join(folder, 'store')];

it('says what is wrong with the command line, and how it goes', async () => {
	const cases: readonly (readonly [readonly string[], RegExp])[] = [
		[['check'], /either --path <folder> or --url <url>/],
		[['check', '--path', 'a', '--url', 'http://b'], /either --path <folder> or --url <url>/],
		[['check', '--path', join(folder, 'none')], /There is no store in .*none: migrate makes one/],
		[['check', '--path', 'a', '--cluster', 'main'], /go with --url/],
		[['check', '--url', 'ftp://b'], /begins with http/],
		[['check', '--url', 'http://user:secret@b'], /options of their own/],
		[['check', '--url', 'http://b', '--password-file', join(folder, 'none')], /none cannot be read/],
		[['check', ...here(), '--database', "a'b"], /no store in/],
		[['migrate', ...here(), '--database', "a'b"], /letters, digits and _/],
		[['migrate', ...here(), '--profile', 'mine'], /Allowed choices are dev, staging, prod/],
		[['growth', ...here(), '--capacity', 'much'], /A size is a number/],
		[['sing'], /unknown command 'sing'/],
	];
	for (const [args, message] of cases) {
		const { code, error, out } = await run(...args);
		expect(error, args.join(' ')).toMatch(message);
		expect([code, out], args.join(' ')).toEqual([1, '']);
	}
	await writeFile(join(folder, 'long'), 'x'.repeat(4_097));
	expect((await run('check', '--url', 'http://b', '--password-file', join(folder, 'long'))).error).toMatch(/too long/);
	expect(await run('check', '--url', 'http://127.0.0.1:1')).toEqual({
		code: 1,
		out: '',
		error: 'telemetry-store: The store cannot be reached.\n',
	});
	const help = await run('growth', '--help');
	expect(help).toMatchObject({ code: 0, error: '' });
	expect(help.out).toMatch(/--capacity <size>/);
	expect((await run('--help')).out).toMatch(/Ends with 0 when all is well/);
	expect(await run('--version')).toEqual({ code: 0, out: '0.0.0-test\n', error: '' });
});

it('makes a store, sets how long rows are kept, and finds nothing wrong with it', async () => {
	const made = await run('migrate', ...here(), '--profile', 'staging');
	expect(made).toMatchObject({ code: 0, error: '' });
	expect(made.out).toMatch(/^applied 1 \(standard tables\)\n[\s\S]*rows are kept as in the profile staging\n$/);
	expect(await run('migrate', ...here())).toEqual({ code: 0, out: 'all versions were applied before\n', error: '' });
	expect(await run('migrate', ...here(), '--json')).toEqual({ code: 0, out: '{"applied":[]}\n', error: '' });
	const status = await run('status', ...here(), '--json');
	expect(JSON.parse(status.out)).toMatchObject({
		isUpToDate: true,
		versions: MIGRATIONS.map(({ version, name }) => ({ version, name, state: 'APPLIED' })),
	});
	expect((await run('status', ...here())).out).toMatch(
		/version {2}name +state +applied at\n +1 {2}standard tables +APPLIED/,
	);
	const check = await run('check', ...here());
	expect(check).toMatchObject({ code: 0, error: '' });
	expect(check.out.match(/^ok/gm)).toHaveLength(4);
	const growth = await run('growth', ...here(), '--capacity', '1.5gb', '--json');
	expect(JSON.parse(growth.out)).toMatchObject({ forecast: { capacityBytes: 1_500_000_000 } });
	expect((await run('growth', ...here())).out).toMatch(/in all, .* a day; of .*: full not within ten years\n/);
	expect((await run('growth', ...here(), '--days', 'x')).error).toMatch(/over 1 to 90 days/);
});

it('verifies audit', async () => {
	const empty = await run('verify', ...here(), '--json');
	expect(empty).toMatchObject({ code: 0, error: '' });
	expect(JSON.parse(empty.out)).toMatchObject({ isIntact: true, chains: [] });
	const receivedAt = '2026-11-20T10:00:00.000000Z';
	await inStore(async (database) => {
		const ledger = await AuditLedger.open(database, { chainId: 'one' });
		const event = eventAt(0, { name: 'pipeline.alpha.adapter.audit.record_ingested', eventType: 'AUDIT' });
		await ledger.append([{ event, origin: { service: 'pipeline', receivedAt } }]);
		await ledger.close();
	});
	const whole = await run('verify', ...here());
	expect(whole).toMatchObject({ code: 0, error: '' });
	expect(whole.out).toMatch(
		/^one: 1 entries in 1 blocks; the last is 1, vouched for to 0\n {2}last block [0-9a-f]{64}\n/,
	);
	expect(whole.out).toMatch(/note: Without a key[\s\S]*\naudit is whole, looked at in [\d,]+ ms\n$/);
	await change(({ execute }) =>
		execute("ALTER TABLE telemetry.audit_events UPDATE correlation_id = 'x' WHERE 1 SETTINGS mutations_sync = 2"),
	);
	const damaged = await run('verify', ...here(), '--from', '2026-11-20T00:00:00.000000Z');
	expect(damaged.code).toBe(2);
	expect(damaged.out).toMatch(/\nEDITED {2}[\s\S]*\nAUDIT IS NOT WHOLE/);
	expect(await run('verify', ...here(), '--from', 'yesterday')).toMatchObject({
		code: 1,
		error: expect.stringMatching(/no instant/),
	});
	const keyless = await run('verify', ...here(), '--public-key', join(folder, 'none'));
	expect(keyless).toMatchObject({ code: 1, error: expect.stringMatching(/none cannot be read/) });
});

it('finds what was changed behind its back', async () => {
	const problems = async () => {
		const { code, out } = await run('check', ...here(), '--json');
		const { checks } = JSON.parse(out) as { checks: readonly { isFine: boolean; messages: readonly string[] }[] };
		return [code, checks.filter(({ isFine }) => !isFine).flatMap(({ messages }) => messages)];
	};
	expect(await problems()).toEqual([0, []]);
	await change(async ({ execute }) => {
		await execute('DROP VIEW telemetry.telemetry_events_1m_mv');
		await execute('ALTER TABLE telemetry.otel_traces DROP INDEX idx_duration');
		await execute('ALTER TABLE telemetry.otel_traces MODIFY COLUMN Duration Int64');
		await execute('ALTER TABLE telemetry.audit_blocks DROP COLUMN signature');
		await execute("INSERT INTO telemetry.schema_migrations (version, name, checksum) VALUES (99, 'later', '')");
	});
	expect(await problems()).toEqual([
		2,
		[
			'version 99 (later) is UNKNOWN',
			'telemetry_events_1m_mv is missing',
			'otel_traces.Duration is Int64, not UInt64',
			'audit_blocks has no column signature',
		],
	]);
	expect((await run('status', ...here())).code).toBe(2);
	expect(await run('migrate', ...here())).toMatchObject({ code: 1, error: expect.stringMatching(/does not know/) });
});

it('finds parts that were set aside', async () => {
	await inStore(async (database) => {
		await database.insert('otel_logs', Buffer.from('{"Body":"one","Timestamp":"2026-11-20 10:00:00"}'), 'logs');
		await database.administer(async ({ execute, query }) => {
			const [part] = await query<{ name: string }>(
				"SELECT name FROM system.parts WHERE table = 'otel_logs' AND active",
			);
			await execute(`ALTER TABLE telemetry.otel_logs DETACH PART '${part?.name}'`);
		});
	});
	const { code, out } = await run('check', ...here());
	expect(code).toBe(2);
	expect(out).toMatch(/PROBLEM {2}parts: otel_logs has the part \w+ detached/);
});
