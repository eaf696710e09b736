import type { ProfileInput } from '@pipeline/beta';

const LOOKUP = (field: string, prefix: string) => ({
	type: 'TR15' as const,
	config: {
		enrichmentMappings: [
			{
				source: 'airports',
				lookupKey: field,
				fieldMappings: { name: `${prefix}_airport`, state: `${prefix}_state` },
				fallback: 'SKIP' as const,
			},
		],
	},
});

const STRIKES: ProfileInput = {
	profileId: 'birdstrikes',
	version: 1,
	author: 'reference',
	targetSchemas: [
		{
			schemaId: 'strike',
			passUnmapped: true,
			mappings: [
				{ kind: 'DIRECT', source: 'Airport Name', target: 'airport', type: 'STRING' },
				{ kind: 'DIRECT', source: 'Flight Date', target: 'date', type: 'STRING' },
				{ kind: 'DIRECT', source: 'Wildlife Species', target: 'species' },
			],
			rules: [
				{ type: 'TR03', config: { fieldCases: { airport: 'TITLE' } }, onError: { policy: 'SKIP' } },
				{
					type: 'TR16',
					config: {
						hashRules: [{ target: 'fingerprint', sourceFields: ['airport', 'date', 'species'], algorithm: 'SHA256' }],
					},
				},
			],
			fields: { airport: { type: 'STRING', required: true }, date: { type: 'STRING', required: true } },
		},
	],
};

const FLIGHTS: ProfileInput = {
	profileId: 'flights',
	version: 1,
	author: 'reference',
	targetSchemas: [
		{
			schemaId: 'flight',
			passUnmapped: true,
			rules: [LOOKUP('origin', 'origin'), LOOKUP('destination', 'destination')],
			fields: { origin: { type: 'STRING', required: true } },
		},
		{
			schemaId: 'flight_leg',
			mappings: [
				{ kind: 'COMPOSITE', target: 'leg', sources: ['origin', 'destination'], separator: '-' },
				{ kind: 'DIRECT', source: 'distance', target: 'distance' },
				{ kind: 'DIRECT', source: 'delay', target: 'delay' },
			],
			fields: { leg: { type: 'STRING', required: true } },
		},
	],
};

const GENERIC: ProfileInput = {
	profileId: 'generic',
	version: 1,
	author: 'reference',
	targetSchemas: [{ schemaId: 'record', passUnmapped: true }],
};

/** How records of the reference data are transformed, one profile for each data set. */
export const PROFILES: readonly ProfileInput[] = [STRIKES, FLIGHTS, GENERIC];

/** The profile of a source. */
export function profileOf(sourceId: string | undefined): string {
	const name = sourceId?.split(':')[1] ?? '';
	return PROFILES.find(({ profileId }) => name.startsWith(profileId))?.profileId ?? 'generic';
}
