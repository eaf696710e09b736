import type { ConnectionError, Runtime } from '@pipeline/model';
import { ExponentialBackoff, handleAll, retry } from 'cockatiel';
import type { GammaConfig } from '../config/gamma-config.ts';
import { GAMMA_CODES } from '../errors/codes.ts';
import type { Destination } from './destination.ts';

/**
 * Connects a destination, trying `maxConnectionRetries` more times. Answers the error when it stays away: its records
 * wait for the circuit, the others go on.
 */
export async function connectDestination(
	destination: Destination,
	config: GammaConfig,
	runtime: Runtime,
): Promise<ConnectionError | undefined> {
	const policy = retry(handleAll, {
		maxAttempts: config.maxConnectionRetries,
		backoff: new ExponentialBackoff({ initialDelay: 50, maxDelay: 1000 }),
	});
	try {
		await policy.execute(() => destination.adapter.connect());
		return undefined;
	} catch (error) {
		return {
			destinationId: destination.id,
			errorType: 'SERVICE',
			errorCode: GAMMA_CODES.connectionOutage,
			errorMessage: error instanceof Error ? error.message : String(error),
			retryCount: config.maxConnectionRetries,
			circuitState: destination.circuit.state,
			failureTimestamp: runtime.timestamp(),
		};
	}
}
