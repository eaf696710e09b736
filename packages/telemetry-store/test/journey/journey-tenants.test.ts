import type { TelemetryEvent } from '@pipeline/telemetry-core/schema';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recordJourney } from '../../src/journey/record-journey.ts';
import { checkLineage } from '../../src/lineage/check-lineage.ts';
import { lineageRecord } from '../../src/lineage/lineage-record.ts';
import { traceLineage } from '../../src/lineage/trace-lineage.ts';
import { TenantScope } from '../../src/tenancy/tenant-scope.ts';
import {
	addEvents,
	attempted,
	completed,
	deadLettered,
	delivered,
	enriched,
	ingested,
	instant,
	mapped,
	merged,
	replayed,
	type Story,
	traceId,
	transformationFailed,
	uuid,
} from '../lineage/sample-events.ts';
import { openTestDatabase } from '../open-test-database.ts';
import { addSpans } from './sample-spans.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
	database = await openTestDatabase();
});
afterAll(() => database[Symbol.asyncDispose]());

const TENANTS = ['t_red', 't_blue'] as const;

/** Every event that names something names it after its tenant, so that a crossing shows wherever it happens. */
const KINDS: readonly ((story: Story & { readonly tenant: string }) => TelemetryEvent)[] = [
	(story) => ingested({ ...story, source: `source of ${story.tenant}` }),
	(story) => mapped(story, `schema of ${story.tenant}`, `before of ${story.tenant}`, `after of ${story.tenant}`),
	(story) => enriched(story, `lookup of ${story.tenant}`),
	(story) => attempted(story, `destination of ${story.tenant}`, 1, `ERROR of ${story.tenant}`),
	(story) => delivered(story, `destination of ${story.tenant}`),
	(story) => deadLettered(story, `destination of ${story.tenant}`, 'e-1'),
	(story) => replayed(story, 'e-1'),
	(story) => transformationFailed(story, `rule of ${story.tenant}`, `ERROR of ${story.tenant}`),
	(story) => completed(story, 'gamma', 'DELIVERED', { 'pipeline.target_schema': `schema of ${story.tenant}` }),
	(story) => merged(story, ['shared-parent']),
];

const step = fc.record({
	tenant: fc.constantFrom(...TENANTS),
	kind: fc.nat(KINDS.length - 1),
	record: fc.nat(1),
	trace: fc.nat(1),
	at: fc.nat(1_000),
});
const span = fc.record({
	tenant: fc.constantFrom(...TENANTS),
	record: fc.nat(1),
	trace: fc.nat(1),
	error: fc.boolean(),
});

it('never shows anything of a tenant to another, whose records, traces, batches and entries have the same ids', async () => {
	let run = 0;
	const drawn = [fc.array(step, { minLength: 1, maxLength: 20 }), fc.array(span, { maxLength: 6 })] as const;
	await fc.assert(
		fc.asyncProperty(...drawn, async (steps, spans) => {
			const base = 10 * ++run;
			const lineage = uuid(2, base);
			const story = (record: number, trace: number) => ({
				...{ record: uuid(9, base + record), trace: traceId(base + trace), batch: `b-${base}`, lineage },
			});
			await addEvents(
				database,
				steps.map(({ kind, record, trace, tenant, at }) => {
					const made = KINDS[kind]?.({ ...story(record, trace), tenant, at });
					if (made === undefined) throw new Error('no such kind');
					return made;
				}),
			);
			await addSpans(
				database,
				spans.map(({ tenant, record, trace, error }, index) => ({
					...{ trace: base + trace, span: 100 * base + index, name: 'beta.record.process', at: index, ms: 1 },
					...{ record: uuid(9, base + record), attributes: { 'pipeline.tenant': tenant, secret: `of ${tenant}` } },
					...(error ? { error: `ERROR of ${tenant}` } : {}),
				})),
			);
			for (const tenant of TENANTS) {
				const scope = TenantScope.of(tenant);
				const timeRange = { from: instant(0), to: instant(60_000) };
				const journey = await recordJourney(database, scope, uuid(9, base));
				const answers = [
					journey,
					await recordJourney(database, scope, uuid(9, base + 1)),
					await lineageRecord(database, scope, lineage),
					await traceLineage(database, scope, { start: { batch: `b-${base}` } }),
					await traceLineage(database, scope, { start: { node: 'entry:e-1' } }),
					await traceLineage(database, scope, { start: { record: 'shared-parent' } }),
					await checkLineage(database, scope, { timeRange, now: instant(1e9) }),
				];
				const [other = ''] = TENANTS.filter((each) => each !== tenant);
				expect(JSON.stringify(answers)).not.toContain(other);
				const own = steps.filter((each) => each.tenant === tenant && each.record === 0).length;
				expect(journey?.events.length ?? 0).toBe(own);
			}
		}),
		{ numRuns: 10 },
	);
});
