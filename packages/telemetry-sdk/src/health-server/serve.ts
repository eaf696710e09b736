import { PROMETHEUS_CONTENT_TYPE, type PrometheusReader } from '../metrics/prometheus-reader.ts';
import type { HealthChecks } from './health-checks.ts';
import { type Answer, openHttpServer, type Routes, type RunningServer } from './http-server.ts';

export interface Endpoint {
	readonly host: string;
	readonly port: number;
}

export interface ServeOptions {
	/** `/health`, `/ready`, `/live`. */
	readonly health: (Endpoint & { readonly checks: HealthChecks; readonly isReady: () => boolean }) | undefined;
	/** `/metrics`. The same port as health: one server. */
	readonly metrics: (Endpoint & { readonly reader: PrometheusReader }) | undefined;
	/** Told of a port that cannot be had; the application goes on. */
	readonly onFailure: (message: string) => void;
}

export interface Served {
	/** Port of the health endpoints; undefined where they are not served. */
	readonly healthPort: number | undefined;
	readonly metricsPort: number | undefined;
	close(): Promise<void>;
}

/** Opens what is asked for. Never rejects. */
export async function serve({ health, metrics, onFailure }: ServeOptions): Promise<Served> {
	const servers: RunningServer[] = [];
	const open = async (what: string, { host, port }: Endpoint, routes: Routes) => {
		try {
			const server = await openHttpServer({ host, port, routes });
			servers.push(server);
			return server.port;
		} catch (error) {
			const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
			const why = code === 'EADDRINUSE' ? 'the port is in use' : code === 'EACCES' ? 'the port is not allowed' : code;
			onFailure(`${what} cannot be served on ${host}:${port}: ${why}; everything else goes on`);
			return undefined;
		}
	};
	const scrape = metrics && metricsRoutes(metrics.reader);
	const probes = health && healthRoutes(health.checks, health.isReady);
	const isOne =
		health !== undefined && metrics?.port === health.port && metrics.host === health.host && health.port !== 0;
	const healthPort =
		health && (await open('health', health, new Map([...(probes ?? []), ...(isOne ? (scrape ?? []) : [])])));
	const metricsPort = isOne ? healthPort : metrics && (await open('metrics', metrics, scrape ?? new Map()));
	return {
		healthPort,
		metricsPort,
		close: async () => void (await Promise.all(servers.map((server) => server.close()))),
	};
}

const json = (status: number, value: unknown): Answer => ({
	status,
	contentType: 'application/json; charset=utf-8',
	body: `${JSON.stringify(value)}\n`,
});

function healthRoutes(checks: HealthChecks, isReady: () => boolean): Routes {
	return new Map([
		[
			'/health',
			async () => {
				const report = await checks.report();
				return json(report.status === 'UNHEALTHY' ? 503 : 200, report);
			},
		],
		// Whether this process takes work. What it depends on shows in /health: a dependency that is down takes no process out of service.
		['/ready', async () => (isReady() ? json(200, { status: 'READY' }) : json(503, { status: 'NOT_READY' }))],
		['/live', async () => json(200, { status: 'LIVE' })],
	]);
}

/** Who scrapes while another does gets the same text. */
function metricsRoutes(reader: PrometheusReader): Routes {
	let scraping: Promise<string> | undefined;
	return new Map([
		[
			'/metrics',
			async () => {
				scraping ??= reader.scrape().finally(() => {
					scraping = undefined;
				});
				return { status: 200, contentType: PROMETHEUS_CONTENT_TYPE, body: await scraping };
			},
		],
	]);
}
