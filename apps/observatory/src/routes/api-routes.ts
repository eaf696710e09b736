import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { TelemetryStore } from '@pipeline/telemetry-store';
import { auditRoutes } from './audit-routes.ts';
import { journeyRoutes } from './journey-routes.ts';
import { lineageRoutes } from './lineage-routes.ts';
import { ReaderSource } from './reader-source.ts';
import { seriesRoutes } from './series-routes.ts';
import { storeRoutes } from './store-routes.ts';
import { traceRoutes } from './trace-routes.ts';

export interface ApiSource {
	/** @throws StoreError `STORE_UNAVAILABLE` while it is not open */
	store(): TelemetryStore;
}

/** Everything below `/api/v1`. */
export function apiRoutes(source: ApiSource): FastifyPluginAsyncTypebox {
	return async (app) => {
		const readers = new ReaderSource(() => source.store());
		app.get('/openapi.json', { config: { access: 'public' }, schema: { hide: true } }, () => app.swagger());
		await app.register(auditRoutes(readers));
		await app.register(lineageRoutes(readers));
		await app.register(journeyRoutes(readers));
		await app.register(traceRoutes(readers));
		await app.register(seriesRoutes(readers));
		await app.register(storeRoutes(readers));
	};
}
