import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify';
import { isAskedByOtherSite, isLocalHost } from '../server/allowed-host.ts';
import { apiProblem, type Problem } from '../server/problem.ts';
import { type Caller, LOCAL_CALLER } from './caller.ts';
import type { Denials } from './denials.ts';
import { may, type Permission } from './roles.ts';
import type { TokenRegistry } from './token-registry.ts';

/** What a route needs of its caller; `public`: nothing. */
export type Access = Permission | 'public';

declare module 'fastify' {
	interface FastifyContextConfig {
		readonly access?: Access;
	}
	interface FastifyRequest {
		/** Undefined where a route is public. */
		caller: Caller | undefined;
	}
}

/** Lets in who may, before anything of the request but its headers was read. Routes that say nothing are closed. */
export function accessHook(tokens: TokenRegistry): onRequestAsyncHookHandler {
	return async (request) => {
		if (tokens.isEmpty && !isLocalHost(request.headers.host)) {
			throw apiProblem(421, 'HOST_REFUSED', 'Without tokens only this machine is answered, by its own name.');
		}
		if (tokens.isEmpty && isAskedByOtherSite(request.headers)) {
			throw apiProblem(403, 'NOT_ALLOWED', 'Without tokens no page of another site is answered.');
		}
		const { access } = request.routeOptions.config;
		if (access === 'public' || request.is404) return;
		request.caller = tokens.isEmpty ? LOCAL_CALLER : tokens.callerOf(request.headers.authorization);
		if (request.caller === undefined) {
			throw apiProblem(401, 'NOT_AUTHENTICATED', 'Send a valid token: Authorization: Bearer <token>.');
		}
		const { role } = request.caller;
		if (access === undefined || !may(role, access)) {
			throw apiProblem(403, 'NOT_ALLOWED', `The role ${role} may not do this.`);
		}
	};
}

const REFUSALS = new Set([401, 403, 421]);

/** Has the audit know of a refusal; other problems are none. */
export function noteRefusal(denials: Denials, request: FastifyRequest, { status, code }: Problem): void {
	if (REFUSALS.has(status)) note(denials, request, code);
}

/** Has the audit know that a sender sent something of tenants for which it may not write. */
export function noteForeign(denials: Denials, request: FastifyRequest): void {
	note(denials, request, 'TENANT_NOT_ALLOWED');
}

function note(denials: Denials, request: FastifyRequest, reason: string): void {
	const { caller } = request;
	denials.add({ actorId: caller?.actorId ?? 'unknown', tenants: caller?.tenants, route: routeOf(request), reason });
}

/** Method and pattern of the route: few values, and none that a caller chose. */
export function routeOf(request: FastifyRequest): string {
	return request.is404 ? 'unknown' : `${request.method} ${request.routeOptions.url ?? ''}`;
}
