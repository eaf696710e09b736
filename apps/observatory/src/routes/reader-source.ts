import type { StoreReader, TelemetryStore } from '@pipeline/telemetry-store';
import type { FastifyRequest } from 'fastify';
import { routeOf } from '../auth/access-hook.ts';
import { type Caller, scopeOf } from '../auth/caller.ts';
import type { Denials } from '../auth/denials.ts';
import { apiProblem, Problem } from '../server/problem.ts';

/** Longest reason that is kept. */
const MAX_JUSTIFICATION = 1_024;

/** Gives every request a reader that sees what its caller may see, and writes to the audit whatever it reads. */
export class ReaderSource {
	readonly store: () => TelemetryStore;
	readonly #denials: Denials;

	constructor(store: () => TelemetryStore, denials: Denials) {
		this.store = store;
		this.#denials = denials;
	}

	/** @throws Problem 403 for tenants that the caller may not see; StoreError while the store is not open */
	of(request: FastifyRequest): StoreReader {
		const { caller } = request;
		if (caller === undefined) throw apiProblem(401, 'NOT_AUTHENTICATED', 'Send a valid token.');
		return this.store().reader({
			actorId: caller.actorId,
			actorType: 'USER',
			scope: this.#scopeOf(caller, request),
			sessionId: request.id,
		});
	}

	#scopeOf(caller: Caller, request: FastifyRequest) {
		const { 'x-justification': header } = request.headers;
		try {
			return scopeOf(caller, (Array.isArray(header) ? header.join(' ') : header)?.slice(0, MAX_JUSTIFICATION));
		} catch (error) {
			const reason = error instanceof Problem ? error.code : 'NOT_ALLOWED';
			this.#denials.add({ actorId: caller.actorId, tenants: caller.tenants, route: routeOf(request), reason });
			throw error;
		}
	}
}
