import { GAMMA_CODES } from '../errors/codes.ts';
import type { GammaAttempt } from './gamma-attempt.ts';

// These say that the destination lives and wants less, not that it is down.
const HARMLESS: ReadonlySet<string> = new Set([
	GAMMA_CODES.deliveryRateLimited,
	GAMMA_CODES.deliveryQuota,
	GAMMA_CODES.deliveryPartial,
]);

/** Whether an attempt counts against the destination's circuit. A rejected record does not. */
export function harmsCircuit({ status, retryEligible, errorCode }: GammaAttempt): boolean {
	return status !== 'SUCCESS' && retryEligible === true && !HARMLESS.has(errorCode ?? '');
}
