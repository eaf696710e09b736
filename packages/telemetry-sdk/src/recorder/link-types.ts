import type { LinkTypeName } from '@pipeline/telemetry-core/registry';

/** Link types by the number that LINK and REMOTE_LINK entries hold. Append only. */
export const LINK_TYPES: readonly LinkTypeName[] = [
	'batch',
	'job',
	'triggered_by',
	'previous_attempt',
	'replay_of',
	'split_from',
	'merged_from',
	'populated_by',
	'caused_by',
	'recovered_from',
];

/** Number of each link type. */
export const LINK_NUMBERS = Object.fromEntries(LINK_TYPES.map((type, number) => [type, number])) as Readonly<
	Record<LinkTypeName, number>
>;
