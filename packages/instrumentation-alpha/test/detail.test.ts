import { ReferenceLookup, type RuleConfig } from '@pipeline/alpha';
import { alphaEntries, type DetailLevel } from '@pipeline/telemetry-core/registry';
import { describe, expect, it } from 'vitest';
import { followAlpha, moduleOf } from './scenario.ts';

const RULES: readonly RuleConfig[] = [
	{ id: 'VR01', requiredFields: ['name'] },
	{ id: 'VR10', references: { name: { lookupSource: 'names' } } },
];
const LINES = ['{"name":"x"}', '{"name":"y"}', '{"a":1}', '{'];
const LEVELS: readonly DetailLevel[] = ['minimal', 'standard', 'full'];
const levelOf: Readonly<Record<string, { readonly level: DetailLevel }>> = alphaEntries.spans;

async function run(detail: DetailLevel) {
	const { exported, stop } = followAlpha(detail);
	const lookup = new ReferenceLookup({ names: ['x'] });
	const module = moduleOf(LINES, { rules: RULES, lookup });
	await module.start();
	await module.finished();
	const { spans, events, metrics } = await exported();
	await module.stop();
	await stop();
	return {
		spans: spans.map(({ name }) => name).sort(),
		events: events.map(({ name }) => name).sort(),
		metrics: [...new Set(metrics.map(({ name }) => name))].sort(),
	};
}

describe('levels of detail', () => {
	it('decide about spans as the registry says, and about nothing else', async () => {
		const full = await run('full');
		expect(new Set(full.spans)).toContain('alpha.validation.reference_lookup');
		for (const [rank, detail] of LEVELS.entries()) {
			const { spans, events, metrics } = await run(detail);
			const wanted = full.spans.filter((name) => LEVELS.indexOf(levelOf[name]?.level ?? 'full') <= rank);
			// Work of batches and connections is few: it is told at every level.
			const isRecords = (name: string) =>
				alphaEntries.spans[name as keyof typeof alphaEntries.spans].grain === 'record';
			expect(spans.filter(isRecords)).toEqual(wanted.filter(isRecords));
			expect(events).toEqual(full.events);
			expect(metrics).toEqual(full.metrics);
		}
	});
});
