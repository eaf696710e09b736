import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Summary } from '../src/run/summary.ts';
import { ask } from './support/ask.ts';
import { cli } from './support/cli.ts';

const out = mkdtempSync(join(tmpdir(), 'pipeline-observed-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

interface Lineage {
	readonly edges: readonly { readonly operation: string; readonly lineageId?: string }[];
}

interface Journey {
	readonly lineageIds: readonly string[];
	readonly transformations: readonly {
		readonly operation: string;
		readonly previousChecksum?: string;
		readonly resultingChecksum?: string;
	}[];
	readonly deliveries: readonly { readonly contentChecksum?: string }[];
}

const LONG_MS = 180_000;
const SECRET = 'sixteen characters or more';
const OPERATOR = 'MILITARY';

let printed = '';
let errors = '';
beforeAll(async () => {
	const run = [
		'run',
		'--observatory',
		'--records',
		'300',
		'--seed',
		'1',
		'--faults',
		'fail-records',
		'--profile',
		'prod',
		'--checksums',
	];
	const env = { TELEMETRY_REDACTION_KEYS: `k1:${SECRET}` };
	({ out: printed, errors } = await cli([...run, '--out', out, '--json'], env));
}, LONG_MS);

it('leaves a store that tells of every record what became of it', { timeout: LONG_MS }, async () => {
	const { records, examples, audit } = JSON.parse(printed) as Summary;
	expect(records, errors).toMatchObject({ ingested: 300, open: 0 });
	expect(records.queued).toBeGreaterThan(0);
	expect(audit?.findings).toEqual([]);
	expect(errors).toContain('pnpm run observatory failed');

	const failed = await ask<readonly { readonly recordId: string }[]>(out, 'failed', '--limit', '300');
	expect(failed).toHaveLength(records.queued);
	expect(failed.map(({ recordId }) => recordId)).toContain(examples.failed);
	expect(await ask(out, 'journey', String(examples.failed))).toMatchObject({ recordId: examples.failed });
	expect(await ask(out, 'verify')).toMatchObject({ findings: [] });
});

it('finds all records about somebody by the hash of their key, and nowhere the key', { timeout: LONG_MS }, async () => {
	const hash = `k1:${createHmac('sha256', SECRET).update(OPERATOR).digest('hex').slice(0, 16)}`;
	const delivered = readFileSync(join(out, 'strikes-http.ndjson'), 'utf8').trimEnd().split('\n');
	const about = delivered.filter((line) => line.includes(`"${OPERATOR}"`));
	expect(about.length).toBeGreaterThan(1);
	expect(about.length).toBeLessThan(delivered.length);
	const { start } = await ask<{ readonly start: readonly string[] }>(out, 'lineage', hash, '--kind', 'subject');
	expect(start).toHaveLength(about.length);
	const [record = ''] = start;
	const told = JSON.stringify(await ask(out, 'journey', record.replace('record:', '')));
	expect(told).toContain(hash);
	expect(told).not.toContain(OPERATOR);
});

it('tells each step of a record under its lineage id, with what it was before and after', {
	timeout: LONG_MS,
}, async () => {
	const { delivered = '' } = (JSON.parse(printed) as Summary).examples;
	const { edges } = await ask<Lineage>(out, 'lineage', delivered);
	expect(new Set(edges.map(({ operation }) => operation.split('.').at(-1)))).toEqual(
		new Set(['record_ingested', 'record_mapped', 'delivery_confirmed']),
	);
	const { lineageIds, transformations, deliveries } = await ask<Journey>(out, 'journey', delivered);
	expect(new Set(edges.map(({ lineageId }) => lineageId))).toEqual(new Set(lineageIds));
	const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/);
	const mapped = transformations.filter(({ operation }) => operation.endsWith('.record_mapped'));
	expect(mapped).toEqual([
		expect.objectContaining({ ruleId: expect.any(String), previousChecksum: sha256, resultingChecksum: sha256 }),
	]);
	expect(mapped[0]?.resultingChecksum).not.toBe(mapped[0]?.previousChecksum);
	expect(deliveries.map(({ contentChecksum }) => contentChecksum)).toEqual([sha256, sha256]);
});
