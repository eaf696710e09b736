import { type EnrichmentSource, type Fields, seededRuntime } from '@pipeline/model';
import {
	type BetaConfig,
	type BetaEvents,
	BetaModule,
	type BetaModuleOptions,
	type ProfileInput,
} from '../src/index.ts';
import { fieldsOf, MemorySender, plainOf, profileOf, record } from './support.ts';

export interface SetUp extends Partial<Omit<BetaModuleOptions, 'config'>> {
	readonly config?: Partial<BetaConfig>;
	readonly profile?: ProfileInput;
}

export function setUp({ profile = profileOf({}), config, ...more }: SetUp = {}) {
	const sender = new MemorySender();
	const module = new BetaModule({
		runtime: seededRuntime(7, 'beta'),
		sender,
		profiles: [profile],
		config: { transformProfileDefault: profile.profileId, mappingErrorThreshold: 1, ...config },
		...more,
	});
	const seen: { name: keyof BetaEvents; payload: unknown }[] = [];
	const watch = (...names: (keyof BetaEvents)[]) => {
		for (const name of names) module.events.on(name, (payload) => seen.push({ name, payload }));
	};
	return { module, sender, seen, watch };
}

export const numbers = (count: number, from = 0) =>
	Array.from({ length: count }, (_, at) => record(fieldsOf({ n: from + at })));
export const valuesOf = (sender: MemorySender, field = 'n') =>
	sender.records.map(({ fields }) => plainOf(fields)[field]);

export function sourceOf(lookup: (key: string) => Promise<Fields | undefined>, sourceId = 'slow'): EnrichmentSource {
	return {
		sourceId,
		kind: 'API',
		classification: 'CONFIDENTIAL',
		authorizationRef: 'none',
		lookup: ({ key }) => lookup(key),
		healthCheck: async () => ({ componentName: sourceId, status: 'HEALTHY', message: '', lastCheck: '' }),
	};
}

export const enriching = (fallback: 'FAIL' | 'SKIP' = 'FAIL'): ProfileInput =>
	profileOf({
		rules: [
			{
				type: 'TR15',
				config: { enrichmentMappings: [{ source: 'slow', lookupKey: 'n', fieldMappings: { v: 'v' }, fallback }] },
			},
		],
	});

export const requiringName = profileOf({ fields: { name: { type: 'STRING', required: true } } });
