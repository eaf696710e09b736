import { encodeOtlpResponse, type OtlpEncoding, type Signal, TenantScope } from '@pipeline/telemetry-store';
import type { FastifyRequest } from 'fastify';
import { accessHook, noteForeign, noteRefusal } from '../auth/access-hook.ts';
import type { Denials } from '../auth/denials.ts';
import type { TokenRegistry } from '../auth/token-registry.ts';
import { type App, type BaseServerOptions, baseServer } from './base-server.ts';
import { callerShare } from './caller-share.ts';
import { inflateBody } from './inflate-body.ts';
import { otlpProblem } from './otlp-problem.ts';
import { rpcStatus } from './rpc-status.ts';

const SIGNALS = ['traces', 'logs', 'metrics'] as const satisfies readonly Signal[];
/** Of the requests at the same time, what one token may have: a sender that floods leaves room for the others. */
const SENDER_SHARE = 0.75;
const MEDIA_TYPES = { protobuf: 'application/x-protobuf', json: 'application/json' } as const;

/** What takes the telemetry in. */
export interface Receiver {
	accept(
		signal: Signal,
		encoding: OtlpEncoding,
		body: Uint8Array,
		sender: string,
		tenants?: TenantScope,
	): Promise<{ readonly rejected: number; readonly foreign?: number; readonly message?: string }>;
}

export interface OtlpServerOptions extends Omit<BaseServerOptions, 'bodyLimit' | 'maxRequests'> {
	readonly tokens: TokenRegistry;
	readonly denials: Denials;
	/** @throws StoreError while the store is away */
	readonly receiver: () => Receiver;
}

/** OTLP over HTTP: protobuf and JSON, plain or gzip, on the paths that the specification names. */
export function otlpServer(options: OtlpServerOptions): App {
	const { limits, receiver } = options;
	const app = baseServer({ ...options, bodyLimit: limits.maxRequestBytes, maxRequests: limits.maxRequests });
	app.addHook('onRequest', accessHook(options.tokens));
	if (!options.tokens.isEmpty) app.addHook('onRequest', callerShare(Math.ceil(limits.maxRequests * SENDER_SHARE)));
	app.removeAllContentTypeParsers();
	app.addContentTypeParser(Object.values(MEDIA_TYPES), { parseAs: 'buffer' }, (_request, body, done) =>
		done(null, body),
	);
	for (const signal of SIGNALS) {
		app.post(`/v1/${signal}`, { config: { access: 'telemetry:write' } }, async (request, reply) => {
			const encoding = encodingOf(request);
			const sent = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
			const body = await inflateBody(sent, request.headers['content-encoding'], limits.maxInflatedBytes);
			const result = await receiver().accept(signal, encoding, body, senderOf(request), tenantsOf(request));
			if (result.foreign !== undefined) noteForeign(options.denials, request);
			return reply.type(MEDIA_TYPES[encoding]).send(Buffer.from(encodeOtlpResponse(signal, encoding, result)));
		});
	}
	app.setNotFoundHandler(async (request, reply) => {
		const encoding = encodingOf(request);
		const status = rpcStatus(404, 'Telemetry is sent to POST /v1/traces, /v1/logs and /v1/metrics.', encoding);
		return reply.code(404).type(MEDIA_TYPES[encoding]).send(status);
	});
	app.setErrorHandler(async (error, request, reply) => {
		const problem = otlpProblem(error);
		noteRefusal(options.denials, request, problem);
		const { status, message, retryAfterS } = problem;
		if (status >= 500) request.log.error({ err: error }, 'telemetry was not taken in');
		const encoding = encodingOf(request);
		if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS));
		return reply
			.code(status)
			.type(MEDIA_TYPES[encoding])
			.send(rpcStatus(status, message, encoding));
	});
	return app;
}

/** By its name, which a token that follows another one has, too. Nobody's while there are no tokens. */
function senderOf({ caller }: FastifyRequest): string {
	return caller === undefined || caller.isLocal ? '' : caller.actorId;
}

/** Whose telemetry it may send; undefined: everybody's. */
function tenantsOf({ caller }: FastifyRequest): TenantScope | undefined {
	return caller?.tenants === undefined ? undefined : TenantScope.of(...caller.tenants);
}

function encodingOf({ headers }: FastifyRequest): OtlpEncoding {
	return (headers['content-type'] ?? '').trim().toLowerCase().startsWith(MEDIA_TYPES.protobuf) ? 'protobuf' : 'json';
}
