import { stat } from 'node:fs/promises';
import { TenantScope } from '@pipeline/telemetry-store';
import { type Denial, Denials } from '../auth/denials.ts';
import { TokenRegistry } from '../auth/token-registry.ts';
import { ConfigError } from '../config/config-error.ts';
import type { Settings } from '../config/settings.ts';
import type { PartHealth } from '../routes/process-routes.ts';
import { apiServer } from './api-server.ts';
import type { App } from './base-server.ts';
import { ingestHealth } from './ingest-health.ts';
import { otlpServer } from './otlp-server.ts';
import { QueryCounters } from './query-counters.ts';
import { StoreConnection } from './store-connection.ts';
import { ingestLines } from './store-metrics.ts';
import { storeOptionsOf } from './store-options.ts';

export interface ObservatoryOptions {
	/** Of pino. @default 'warn' */
	readonly logLevel?: string | undefined;
	/** Told what an operator should know. */
	readonly onWarning?: (message: string) => void;
}

/** A running observatory. */
export interface Observatory {
	readonly apiUrl: string;
	readonly otlpUrl: string;
	/**
	 * Takes no more requests, answers those that run, stores what was taken in. Bounded by `limits.stopTimeoutMs`. May be called twice.
	 *
	 * @returns whether everything was done in time
	 */
	stop(): Promise<boolean>;
}

/**
 * Opens the store and listens.
 *
 * @throws StoreError for a store that cannot be used; one that is only away is tried again, and requests are told so
 * @throws ConfigError for a port that cannot be had
 */
export async function startObservatory(settings: Settings, options: ObservatoryOptions = {}): Promise<Observatory> {
	const { onWarning = () => {} } = options;
	await checkFolder(settings.store);
	const connection = await StoreConnection.open({
		store: storeOptionsOf(settings, onWarning),
		onAway: ({ message }) => onWarning(`The store is away: ${message} It is tried again.`),
	});
	let isStopping = false;
	const shared = {
		limits: settings.limits,
		tls: settings.tls,
		tokens: new TokenRegistry(settings.tokens),
		denials: new Denials((denial) => audit(connection, denial)),
		counters: new QueryCounters(),
		logLevel: options.logLevel,
	};
	const source = {
		store: () => connection.store,
		isReady: () => !isStopping,
		health: () => healthOf(connection),
		metricLines: () => (connection.isOpen ? ingestLines(connection.store.ingest.stats()) : []),
	};
	const api = await apiServer({ ...shared, source });
	const otlp = otlpServer({ ...shared, receiver: () => connection.store.ingest });
	const stop = async () => {
		isStopping = true;
		await Promise.all([otlp.close(), api.close()]);
		await connection.close();
	};
	try {
		const apiUrl = await listen(api, 'api', settings.host, settings.apiPort);
		const otlpUrl = await listen(otlp, 'otlp', settings.host, settings.otlpPort);
		let stopping: Promise<boolean> | undefined;
		return {
			apiUrl,
			otlpUrl,
			stop: () => {
				stopping ??= withinTime(stop(), settings.limits.stopTimeoutMs, [api, otlp]);
				return stopping;
			},
		};
	} catch (error) {
		await stop();
		throw error;
	}
}

/** What is no folder never will be: there is nothing to wait for. */
async function checkFolder(target: Settings['store']): Promise<void> {
	if (!('path' in target)) return;
	const found = await stat(target.path).catch(() => undefined);
	if (found?.isDirectory() === false) throw new ConfigError([`the store: ${target.path} is no folder`]);
}

async function audit(connection: StoreConnection, { actorId, tenants, route, reason }: Denial): Promise<void> {
	const scope = tenants === undefined ? TenantScope.of('default') : TenantScope.of(...tenants);
	await connection.store.auditRefusal({ actorId, actorType: 'USER', scope, resource: route, reason });
}

async function healthOf(connection: StoreConnection): Promise<readonly PartHealth[]> {
	if (!connection.isOpen) {
		return [{ component_name: 'store', status: 'UNHEALTHY', message: 'It cannot be reached.' }];
	}
	const isThere = await connection.store.ping();
	return [
		isThere
			? { component_name: 'store', status: 'HEALTHY', message: 'It answers.' }
			: { component_name: 'store', status: 'UNHEALTHY', message: 'It does not answer.' },
		{ component_name: 'ingest', ...ingestHealth(connection.store.ingest.stats()) },
	];
}

async function listen(app: App, name: 'api' | 'otlp', host: string, port: number): Promise<string> {
	try {
		return await app.listen({ host, port });
	} catch (error) {
		const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
		const why = code === 'EADDRINUSE' ? 'the port is in use' : code === 'EACCES' ? 'the port is not allowed' : code;
		const option = name === 'api' ? '--port' : '--otlp-port';
		throw new ConfigError([
			`${host}:${port} cannot be listened on (${why}): choose another with ${option}, or listen.${name}Port in the configuration`,
		]);
	}
}

/** Requests that go on for ever must not keep the process: their connections are cut. */
async function withinTime(stopped: Promise<void>, timeoutMs: number, apps: readonly App[]): Promise<boolean> {
	const late = Promise.withResolvers<boolean>();
	const cut = setTimeout(() => {
		for (const { server } of apps) server.closeAllConnections();
	}, timeoutMs / 2);
	const giveUp = setTimeout(() => late.resolve(false), timeoutMs);
	try {
		return await Promise.race([stopped.then(() => true), late.promise]);
	} finally {
		clearTimeout(cut);
		clearTimeout(giveUp);
	}
}
