import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Denials } from '../auth/denials.ts';
import type { QueryCounters } from '../server/query-counters.ts';

/** How a part of the observatory is, in one sentence without data. */
export interface PartHealth {
	readonly component_name: string;
	readonly status: 'HEALTHY' | 'DEGRADED' | 'UNHEALTHY';
	readonly message: string;
}

export interface ProcessSource {
	/** Whether requests are taken: until it is told to stop. */
	isReady(): boolean;
	health(): Promise<readonly PartHealth[]>;
	/** Lines of the text format of Prometheus, of everything but the API itself. */
	metricLines(): readonly string[];
}

const WORST_FIRST = ['UNHEALTHY', 'DEGRADED', 'HEALTHY'] as const;

/** What is asked of the process: by whoever runs it, and by Prometheus. */
export function processRoutes(
	source: ProcessSource,
	counters: QueryCounters,
	{ counts }: Denials,
): FastifyPluginAsyncTypebox {
	return async (app) => {
		// Not counted against anybody: others behind the same address could have probes refused, and the process taken for a dead one.
		const open = { config: { access: 'public', rateLimit: false }, schema: { hide: true } } as const;
		const health = shared(() => source.health());
		app.get('/live', open, () => ({ status: 'LIVE' }));
		// Whether this process takes work. What it depends on shows in /health, and takes no process out of service.
		app.get('/ready', open, (_request, reply) =>
			source.isReady() ? { status: 'READY' } : reply.code(503).send({ status: 'NOT_READY' }),
		);
		app.get('/health', open, async (_request, reply) => {
			const checks = await health();
			const status = WORST_FIRST.find((worst) => checks.some((check) => check.status === worst)) ?? 'HEALTHY';
			return reply
				.code(status === 'UNHEALTHY' ? 503 : 200)
				.send({ status, checks, uptime_seconds: Math.floor(process.uptime()) });
		});
		app.get('/metrics', { config: { access: 'telemetry:read' }, schema: { hide: true } }, (_request, reply) => {
			const lines = [
				...source.metricLines(),
				...counters.lines(),
				'# TYPE observatory_denied_total counter',
				`observatory_denied_total ${counts.denied}`,
				'# TYPE observatory_denials_not_audited_total counter',
				`observatory_denials_not_audited_total{reason="suppressed"} ${counts.suppressed}`,
				`observatory_denials_not_audited_total{reason="failed"} ${counts.failed}`,
			];
			return reply.type('text/plain; version=0.0.4; charset=utf-8').send(`${lines.join('\n')}\n`);
		});
	};
}

/** Whoever asks while an answer is on its way gets that one: however many ask, the store is asked once. */
function shared<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
	let asked: Promise<Answer> | undefined;
	return () => {
		asked ??= ask().finally(() => {
			asked = undefined;
		});
		return asked;
	};
}
