import rateLimit from '@fastify/rate-limit';
import { accessHook, noteRefusal } from '../auth/access-hook.ts';
import type { Denials } from '../auth/denials.ts';
import type { TokenRegistry } from '../auth/token-registry.ts';
import { type ApiSource, apiRoutes } from '../routes/api-routes.ts';
import { type ProcessSource, processRoutes } from '../routes/process-routes.ts';
import { type App, type BaseServerOptions, baseServer } from './base-server.ts';
import { callerShare } from './caller-share.ts';
import { describeApi } from './describe-api.ts';
import { apiProblem, problemBody } from './problem.ts';
import { problemOf } from './problem-of.ts';
import { securityHeaders } from './security-headers.ts';

/** Of a query: filters, at their most. */
const BODY_LIMIT = 4_194_304;
const MAX_REQUESTS = 64;
const MAX_OF_CALLER = 32;

export interface ApiServerOptions extends Omit<BaseServerOptions, 'bodyLimit' | 'maxRequests'> {
	readonly tokens: TokenRegistry;
	readonly denials: Denials;
	readonly source: ApiSource & ProcessSource;
}

/** The query API below `/api/v1`, and what is asked of the process itself beside it. */
export async function apiServer(options: ApiServerOptions): Promise<App> {
	const { limits, source } = options;
	const headers = securityHeaders(options.tls !== undefined);
	const app = baseServer({
		...options,
		bodyLimit: BODY_LIMIT,
		maxRequests: MAX_REQUESTS,
		frameworkErrors: (error, request, reply) => {
			void reply
				.code(400)
				.headers(headers)
				.type('application/problem+json')
				.send(JSON.stringify(problemBody(problemOf(error), request.id)));
		},
	});
	app.addHook('onRequest', accessHook(options.tokens));
	app.addHook('onRequest', callerShare(MAX_OF_CALLER));
	app.setErrorHandler(async (error, request, reply) => {
		const problem = problemOf(error);
		noteRefusal(options.denials, request, problem);
		if (problem.status >= 500) request.log.error({ err: problem.cause ?? error }, 'a request failed');
		if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
		if (problem.retryAfterS !== undefined) reply.header('retry-after', String(problem.retryAfterS));
		return reply
			.code(problem.status)
			.type('application/problem+json')
			.send(JSON.stringify(problemBody(problem, request.id)));
	});
	app.setNotFoundHandler(() => {
		throw apiProblem(404, 'NOT_FOUND', 'There is nothing at this address.');
	});
	// Answers are what the store gives: the schemas of answers describe them, and are checked in tests.
	app.setSerializerCompiler(() => (data) => JSON.stringify(data));
	app.addHook('onSend', async (_request, reply) => void reply.headers(headers));
	await app.register(rateLimit, {
		max: limits.requestsPerMinute,
		timeWindow: 60_000,
		// After the caller is known: nobody can use up what belongs to somebody else.
		hook: 'preValidation',
		keyGenerator: (request) => request.caller?.key ?? request.ip,
		errorResponseBuilder: (_request, { ttl }) =>
			apiProblem(429, 'TOO_MANY_REQUESTS', 'This caller has asked too often.', { retryAfterS: Math.ceil(ttl / 1_000) }),
	});
	await describeApi(app);
	await app.register(apiRoutes(source), { prefix: '/api/v1' });
	await app.register(processRoutes(source, options.counters, options.denials));
	return app;
}
