import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lineageEdgesOf, type TelemetryEvent } from '@pipeline/telemetry-core/schema';
import { readSpool, telemetryEventOf, verifySpool } from '@pipeline/telemetry-sdk/spool';
import { beforeAll, describe, expect, it } from 'vitest';
import { cli } from './support/cli.ts';

const RECORDS = 200;

describe.each([
	['one process', '1'],
	['three processes', '3'],
])('the audit of a run in %s', (_, processes) => {
	const events: TelemetryEvent[] = [];
	let isIntact = false;
	let said = '';
	beforeAll(async () => {
		const out = mkdtempSync(join(tmpdir(), 'pipeline-audit-'));
		const args = ['run', '--records', String(RECORDS), '--profile', 'prod', '--processes', processes, '--out', out];
		const { exitCode, errors } = await cli(args);
		if (exitCode !== 0) throw new Error(errors);
		for await (const spooled of readSpool(join(out, 'audit'))) events.push(telemetryEventOf(spooled));
		isIntact = (await verifySpool(join(out, 'audit'))).every((report) => report.isIntact);
		said = (await cli(['spool', 'verify', join(out, 'audit')])).out;
		rmSync(out, { recursive: true, force: true });
	}, 180_000);

	it('is whole, and the command says so', () => {
		expect(isIntact).toBe(true);
		expect(said).toMatch(new RegExp(`^${processes} producers, all whole$`, 'm'));
	});

	it('has every record, once, whatever the sampling', () => {
		const ingested = events.filter(({ name }) => name === 'pipeline.alpha.adapter.audit.record_ingested');
		expect(new Set(ingested.map(({ recordId }) => recordId)).size).toBe(RECORDS);
		expect(ingested).toHaveLength(RECORDS);
		expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
	});

	it('leads from every source to every destination, and back', () => {
		const edges = events.flatMap((event) => lineageEdgesOf(event));
		const childrenOf = Map.groupBy(edges, ({ parentId }) => parentId);
		const parentsOf = Map.groupBy(edges, ({ childId }) => childId);
		const records = new Set(edges.flatMap(({ recordId }) => (recordId === undefined ? [] : [`record:${recordId}`])));
		expect(records.size).toBe(RECORDS);
		for (const record of records) {
			const children = (childrenOf.get(record) ?? []).map(({ childId }) => childId.replace(/:.*/, ''));
			const parents = (parentsOf.get(record) ?? []).map(({ parentId }) => parentId.replace(/:.*/, ''));
			expect(children).toEqual(expect.arrayContaining(['schema', 'destination']));
			expect(parents).toContain('source');
		}
	});
});
