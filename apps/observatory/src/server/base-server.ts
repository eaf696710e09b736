import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, {
	type FastifyBaseLogger,
	type FastifyHttpOptions,
	type FastifyInstance,
	type FastifyReply,
	type FastifyRequest,
	LogController,
	type RawServerDefault,
} from 'fastify';
import { routeOf } from '../auth/access-hook.ts';
import type { Limits, Tls } from '../config/settings.ts';
import { apiProblem } from './problem.ts';
import type { QueryCounters } from './query-counters.ts';

export type App = FastifyInstance<
	RawServerDefault,
	import('node:http').IncomingMessage,
	import('node:http').ServerResponse,
	FastifyBaseLogger,
	TypeBoxTypeProvider
>;

export interface BaseServerOptions {
	readonly limits: Limits;
	readonly tls?: Tls | undefined;
	readonly counters: QueryCounters;
	/** Longest body, in bytes as sent. */
	readonly bodyLimit: number;
	/** Requests that are worked on at the same time; others are told to come back. */
	readonly maxRequests: number;
	/** Of pino. @default 'warn' */
	readonly logLevel?: string | undefined;
	/** Milliseconds between looks for requests that take too long to come. */
	readonly checkIntervalMs?: number | undefined;
	/** Milliseconds that nothing moves on a connection until it is cut: of an answer that nobody reads, for example. @default 120,000 */
	readonly idleTimeoutMs?: number | undefined;
	/** Answers what is refused before it has a route: an address that cannot be read. */
	readonly frameworkErrors?: (error: Error, request: FastifyRequest, reply: FastifyReply) => void;
}

/** Longer than any query takes. */
const IDLE_TIMEOUT_MS = 120_000;

/** What both servers have in common: limits, counters, ids of requests, and nothing learned from a caller's headers. */
export function baseServer(options: BaseServerOptions): App {
	const { limits, tls, counters, bodyLimit, maxRequests } = options;
	const timing = {
		connectionsCheckingInterval: options.checkIntervalMs ?? 5_000,
		// Node takes the longer of the two for the whole request, whichever it was given for.
		headersTimeout: limits.requestTimeoutMs,
	};
	const serverOptions = {
		bodyLimit,
		genReqId: () => randomUUID(),
		exposeHeadRoutes: false,
		forceCloseConnections: 'idle',
		connectionTimeout: options.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
		requestTimeout: limits.requestTimeoutMs,
		keepAliveTimeout: 72_000,
		logger: { level: options.logLevel ?? 'warn', stream: process.stderr },
		logController: new LogController({ disableRequestLogging: true }),
		ajv: { customOptions: { removeAdditional: false, allErrors: false } },
		routerOptions: { maxParamLength: 1_024 },
		...(options.frameworkErrors === undefined ? {} : { frameworkErrors: options.frameworkErrors }),
		...(tls === undefined ? { http: timing } : { https: { ...tls, minVersion: 'TLSv1.2', ...timing } }),
	};
	// With TLS the server is another class, of which only what both have is used.
	const app: App = Fastify(
		serverOptions as unknown as FastifyHttpOptions<Server>,
	).withTypeProvider<TypeBoxTypeProvider>();
	app.decorateRequest('caller', undefined);
	let running = 0;
	app.addHook('onRequest', async (request, reply) => {
		// Probes are answered however busy it is: a process that works must not be taken for a dead one.
		const isProbe = request.routeOptions.config.access === 'public';
		if (!isProbe) running++;
		reply.raw.once('close', () => {
			if (!isProbe) running--;
			counters.add(routeOf(request), reply.statusCode, reply.elapsedTime / 1_000);
		});
		if (!isProbe && running > maxRequests) {
			throw apiProblem(503, 'BUSY', 'Too many requests are being worked on.', { retryAfterS: 1 });
		}
	});
	return app;
}
