import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSpool, telemetryEventOf, verifySpool } from '@pipeline/telemetry-sdk/spool';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../src/run/summary.ts';
import { ask } from './support/ask.ts';
import { cli } from './support/cli.ts';

const LONG_MS = 300_000;
/** Fields that a flight needs; texts, as an operator types them. */
const FLIGHT = ['origin=ATL', 'destination=BOS', 'distance=946', 'delay=5', 'date=2001-01-14 21:55'];

interface Entry {
	readonly entryId: string;
	readonly queue: string;
	readonly recordId: string;
	readonly traceId: string;
}

interface Journey {
	readonly traces: readonly { readonly traceId: string; readonly kind: string }[];
	readonly links: readonly { readonly traceId: string; readonly type: string }[];
	readonly queueEntries: readonly {
		readonly entryId: string;
		readonly replays: readonly { readonly traceId: string }[];
	}[];
}

interface Lineage {
	readonly edges: readonly { readonly parentId: string; readonly relation: string; readonly childId: string }[];
}

const out = mkdtempSync(join(tmpdir(), 'pipeline-replayed-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

async function queue(command: string, ...args: readonly string[]): Promise<string> {
	const run = await cli(['queue', command, ...args, '--out', out]);
	expect(run.exitCode, run.errors).toBe(0);
	return run.out;
}

describe('an entry that an operator replays', { timeout: LONG_MS }, () => {
	let entries: readonly Entry[];
	const first = (name: string) => entries.find(({ queue: own }) => own === name) as Entry;
	beforeAll(async () => {
		const run = ['run', '--observatory', '--records', '1500', '--seed', '1', '--profile', 'prod'];
		const { out: printed, errors } = await cli([...run, '--faults', 'fail-records', '--out', out, '--json']);
		expect((JSON.parse(printed) as Summary).records, errors).toMatchObject({ ingested: 1500, open: 0 });
		const listed = (await queue('list', '--json')).trimEnd().split('\n');
		entries = listed.map((line) => JSON.parse(line) as Entry);
		const justified = ['--operator', 'ann', '--justification', 'corrected at the source'];
		for (const { entryId } of entries.filter((entry) => entry.queue === 'MAPPING'))
			await queue('correct', entryId, '--set', ...FLIGHT, ...justified);
		for (const { entryId } of entries.filter((entry) => entry.queue === 'DLQ').slice(0, 1))
			await queue('show', entryId);
		const replayed = await queue('replay', 'all', '--observatory', '--json', ...justified);
		const records = new Set(entries.map(({ recordId }) => recordId)).size;
		expect((JSON.parse(replayed) as Summary).records).toMatchObject({ ingested: records, delivered: records, open: 0 });
		expect(await queue('list')).toBe('');
	}, LONG_MS);

	it.each([
		['VALIDATION', 'alpha'],
		['MAPPING', 'beta'],
		['DLQ', 'gamma'],
	])('of %s is one journey with its original, delivered at last', async (name, module) => {
		const { entryId, recordId, traceId } = first(name);
		const journey = await ask<Journey>(out, 'journey', recordId);
		expect(journey).toMatchObject({ recordId, outcome: 'DELIVERED' });
		const own = journey.traces.filter(({ kind }) => kind !== 'LINKED');
		expect(own.map((trace) => trace.kind)).toEqual(['ORIGINAL', ...Array(own.length - 1).fill('REPLAY')]);
		expect(own[0]?.traceId).toBe(traceId);
		expect(journey.links).toContainEqual({ traceId, type: 'replay_of' });
		const entry = journey.queueEntries.find((each) => each.entryId === entryId);
		expect(entry).toMatchObject({ queue: name, module: module.toUpperCase() });
		expect(entry?.replays).toMatchObject([
			{ justification: 'corrected at the source', traceId: expect.stringMatching(/^[0-9a-f]{32}$/) },
		]);
		expect(own.map((trace) => trace.traceId)).toContain(entry?.replays[0]?.traceId);
	});

	it.each(['VALIDATION', 'MAPPING', 'DLQ'])('of %s leads from its record to the delivery', async (name) => {
		const { entryId, recordId } = first(name);
		const { edges } = await ask<Lineage>(out, 'lineage', recordId, '--direction', 'forward');
		const steps = edges.map(({ parentId, relation, childId }) => `${parentId} ${relation} ${childId}`);
		expect(steps).toContain(`record:${recordId} REJECT entry:${entryId}`);
		expect(steps).toContain(`entry:${entryId} DERIVE record:${recordId}`);
		expect(steps.some((step) => step.startsWith(`record:${recordId} COPY destination:`))).toBe(true);
	});

	it('is in the audit of the run with what was done to it by hand, and by whom', async () => {
		const told = new Map<string, readonly (readonly [string, string | undefined])[]>();
		for await (const spooled of readSpool(join(out, 'audit'))) {
			const { name, dimensions } = telemetryEventOf(spooled);
			const id = dimensions['pipeline.entry_id'] ?? '';
			told.set(id, [...(told.get(id) ?? []), [name, dimensions['pipeline.justification']]]);
		}
		const corrected = 'pipeline.beta.error_queue.audit.entry_corrected';
		expect(told.get(first('MAPPING').entryId)).toContainEqual([corrected, 'corrected at the source']);
		const inspected = 'pipeline.gamma.dlq.audit.entry_inspected';
		expect(told.get(first('DLQ').entryId)).toContainEqual([inspected, 'none given']);
		expect((await verifySpool(join(out, 'audit'))).every((report) => report.isIntact)).toBe(true);
	});
});
