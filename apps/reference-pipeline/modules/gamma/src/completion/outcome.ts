import type { DeliveryResult } from '@pipeline/model';

/** How a record ended in one target schema. */
export type DeliveryOutcome = 'DELIVERED' | 'PARTIAL' | 'DLQ' | 'FAILED' | 'EXPIRED';

/**
 * All delivered: DELIVERED. Some: PARTIAL. None: the first of DLQ, FAILED, EXPIRED that occurs. No result at all, i.e.
 * a record that could not be routed: FAILED.
 */
export function outcomeOf(results: readonly Pick<DeliveryResult, 'finalStatus'>[]): DeliveryOutcome {
	const statuses = new Set(results.map(({ finalStatus }) => finalStatus));
	if (statuses.has('DELIVERED')) return statuses.size === 1 ? 'DELIVERED' : 'PARTIAL';
	if (statuses.has('DLQ')) return 'DLQ';
	return statuses.has('EXPIRED') && !statuses.has('FAILED') ? 'EXPIRED' : 'FAILED';
}
