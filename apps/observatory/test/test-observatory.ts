import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createToken } from '../src/auth/access-token.ts';
import type { Role } from '../src/auth/roles.ts';
import type { ConfigFile } from '../src/config/config-schema.ts';
import { settingsOf } from '../src/config/settings.ts';
import { type Observatory, startObservatory } from '../src/server/observatory.ts';
import type { TenantTelemetry } from './sample-telemetry.ts';

export interface TestObservatory extends Observatory {
	readonly folder: string;
	/** `Authorization` of a token; each role has one for every tenant, and admin, operator and ingest one without (`*`). */
	authorization(role: Role, tenant?: string): string;
	send(telemetry: TenantTelemetry): Promise<void>;
	ask(path: string, options?: AskOptions): Promise<Response>;
}

export interface AskOptions {
	readonly method?: string;
	readonly as?: string | undefined;
	readonly body?: unknown;
	readonly headers?: Readonly<Record<string, string>>;
}

/** An observatory with a store of its own, which goes when it is stopped. One at a time: the engine has one folder a process. */
export async function startTestObservatory(
	tenants: readonly string[] = [],
	config: ConfigFile = {},
): Promise<TestObservatory> {
	const folder = await mkdtemp(join(tmpdir(), 'observatory-'));
	const secrets = new Map<string, string>();
	const tokens = tenants.length === 0 ? [] : tokensFor(tenants, secrets);
	const settings = await settingsOf(
		{
			listen: { apiPort: 0, otlpPort: 0 },
			store: { path: 'data' },
			tokens,
			limits: { requestsPerMinute: 1_000_000 },
			...config,
		},
		folder,
	);
	const observatory = await startObservatory(settings, { logLevel: 'silent' });
	const authorization = (role: Role, tenant = '*') => `Bearer ${secrets.get(`${role} ${tenant}`)}`;
	const ask = (path: string, { method, as, body, headers }: AskOptions = {}) =>
		fetch(`${observatory.apiUrl}${path}`, {
			method: method ?? (body === undefined ? 'GET' : 'POST'),
			headers: {
				...(as === undefined ? {} : { authorization: as }),
				...(body === undefined ? {} : { 'content-type': 'application/json' }),
				...headers,
			},
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
		});
	return {
		...observatory,
		folder,
		authorization,
		ask,
		send: async ({ requests }) => {
			for (const [signal, request] of Object.entries(requests)) {
				const answer = await fetch(`${observatory.otlpUrl}/v1/${signal}`, {
					method: 'POST',
					headers: {
						'content-type': 'application/json',
						...(tokens.length === 0 ? {} : { authorization: authorization('ingest') }),
					},
					body: JSON.stringify(request),
				});
				const text = await answer.text();
				if (text !== '{}') throw new Error(`${signal}: ${answer.status} ${text}`);
			}
		},
		stop: async () => {
			const isDone = await observatory.stop();
			await rm(folder, { recursive: true, force: true });
			return isDone;
		},
	};
}

function tokensFor(tenants: readonly string[], secrets: Map<string, string>): NonNullable<ConfigFile['tokens']> {
	const made = (role: Role, tenant: string) => {
		const { id, hash, token } = createToken();
		secrets.set(`${role} ${tenant}`, token);
		return { id, hash, role, name: `${role}-${tenant}`, ...(tenant === '*' ? {} : { tenants: [tenant] }) };
	};
	return [
		...tenants.flatMap((tenant) =>
			(['viewer', 'auditor', 'operator', 'admin', 'ingest'] as const).map((role) => made(role, tenant)),
		),
		...(['operator', 'admin', 'ingest'] as const).map((role) => made(role, '*')),
	];
}
