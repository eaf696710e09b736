import type { StoreReader, TelemetryStore } from '@pipeline/telemetry-store';
import type { FastifyRequest } from 'fastify';
import { scopeOf } from '../auth/caller.ts';
import { apiProblem } from '../server/problem.ts';

/** Longest reason that is kept. */
const MAX_JUSTIFICATION = 1_024;

/** Gives every request a reader that sees what its caller may see, and writes to the audit whatever it reads. */
export class ReaderSource {
	readonly store: () => TelemetryStore;

	constructor(store: () => TelemetryStore) {
		this.store = store;
	}

	/** @throws Problem 403 for tenants that the caller may not see; StoreError while the store is not open */
	of({ caller, headers, id }: FastifyRequest): StoreReader {
		if (caller === undefined) throw apiProblem(401, 'NOT_AUTHENTICATED', 'Send a valid token.');
		const { 'x-justification': header } = headers;
		const justification = Array.isArray(header) ? header.join(' ') : header;
		const scope = scopeOf(caller, justification?.slice(0, MAX_JUSTIFICATION));
		return this.store().reader({ actorId: caller.actorId, actorType: 'USER', scope, correlationId: id });
	}
}
