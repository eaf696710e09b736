import { describe, expect, it } from 'vitest';
import { numbers, requiringName, setUp, sourceOf, valuesOf } from './module-support.ts';
import { batchIdOf, fieldsOf, profileOf, record, transferOf } from './support.ts';

describe('changes while running', () => {
	it('tells what changed, and lets records on their way keep their rules', async () => {
		const version = (number: number, more: object) =>
			profileOf(
				{
					version: number,
					rules: [{ type: 'TR17', id: 'id', config: { sequences: [{ target: 'v', prefix: `V${number}-` }] } }],
					...more,
				},
				{ version: number, author: 'ann', effectiveAt: '2026-02-01T00:00:00Z' },
			);
		const { module, sender, seen, watch } = setUp({ profile: version(1, { fields: { a: { type: 'STRING' } } }) });
		module.start();
		watch('ruleSetChanged', 'schemaChanged');
		module.pause();
		await module.accept(transferOf(numbers(1), batchIdOf(1)));
		module.putProfile(version(2, { fields: { a: { type: 'INTEGER' }, b: { type: 'STRING' } } }));
		await module.accept(transferOf(numbers(1), batchIdOf(2)));
		module.resume();
		await module.stop();
		expect(valuesOf(sender, 'v')).toEqual(['V1-1', 'V2-1']);
		expect(seen).toEqual([
			{
				name: 'ruleSetChanged',
				payload: {
					profileId: 'test',
					previousVersion: 1,
					version: 2,
					author: 'ann',
					effectiveAt: '2026-02-01T00:00:00Z',
					checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
					changedRules: ['out/id'],
				},
			},
			{
				name: 'schemaChanged',
				payload: {
					profileId: 'test',
					schemaId: 'out',
					previousVersion: 1,
					version: 2,
					addedFields: ['b'],
					removedFields: [],
					changedFields: ['a'],
				},
			},
		]);
	});

	it('refuses other rules under the same version', () => {
		const { module } = setUp();
		module.start();
		expect(() => module.putProfile(profileOf({ passUnmapped: false }))).toThrow(
			expect.objectContaining({ key: 'profile.test.version' }),
		);
		expect(() => module.putProfile(profileOf({}))).not.toThrow();
	});

	it('suspends a profile whose mappings fail too often, until an operator resumes it', async () => {
		const run = async (failures: number) => {
			const { module, seen, watch } = setUp({
				profile: requiringName,
				config: { mappingErrorThreshold: 0.2, transformParallelism: 1, escalationThresholds: [0.97, 0.98, 0.99, 1] },
			});
			watch('profileSuspended', 'profileResumed');
			module.start();
			const batch = Array.from({ length: 20 }, (_, at) => record(fieldsOf({ name: at < failures ? null : 'x' })));
			await (await module.accept(transferOf(batch, batchIdOf(1)))).processed;
			const next = transferOf([record(fieldsOf({ name: 'x' }))], batchIdOf(2));
			const second = await module.accept(next);
			module.profiles.resume('test', 'ann');
			const third = await module.accept(next);
			return { outcomes: [second.outcome, third.outcome], events: seen.map(({ payload }) => payload) };
		};
		expect(await run(4)).toEqual({ outcomes: ['ACCEPTED', 'DUPLICATE'], events: [] });
		expect(await run(5)).toEqual({
			outcomes: ['PROFILE_SUSPENDED', 'ACCEPTED'],
			events: [
				{ profileId: 'test', errorRate: 0.25, threshold: 0.2 },
				{ profileId: 'test', operator: 'ann' },
			],
		});
	});

	it('escalates with the error rate and halts until an operator resumes', async () => {
		const { module, seen, watch } = setUp({
			profile: requiringName,
			sources: [sourceOf(async () => undefined)],
			config: { transformParallelism: 1, transformBatchSize: 1 },
		});
		watch('escalationChanged');
		module.start();
		const good = Array.from({ length: 50 }, () => record(fieldsOf({ name: 'x' })));
		await module.accept(transferOf([...good, ...numbers(300)], batchIdOf(1)));
		await module.stop();
		const levels = seen.map(({ payload }) => (payload as { to: number }).to);
		expect(levels).toEqual([1, 2, 3, 4]);
		const left = module.queueDepth;
		expect([left > 0, module.enrichmentClient.circuits[0]?.state, (await module.health())[1]?.status]).toEqual([
			true,
			'OPEN',
			'UNHEALTHY',
		]);
		module.resume();
		expect([module.escalationLevel, module.enrichmentClient.circuits[0]?.state]).toEqual([0, 'CLOSED']);
	});

	it('reports the health of its parts', async () => {
		const { module } = setUp({ sources: [sourceOf(async () => undefined)] });
		module.start();
		expect((await module.health()).map(({ componentName, status }) => `${componentName} ${status}`)).toEqual([
			'mapping_engine HEALTHY',
			'transform_pool HEALTHY',
			'quality_scorer HEALTHY',
			'intake_queue HEALTHY',
			'error_queues HEALTHY',
			'enrichment_sources:slow HEALTHY',
		]);
	});
});
