import type { ComponentHealth, HealthStatus } from '@pipeline/model';
import { BETA_QUEUES } from '../errors/beta-error-queue.ts';
import type { BetaModule } from './beta-module.ts';

type Reading = readonly [component: string, status: HealthStatus, message: string];

const QUEUE_WARNING = 0.8;

/** State of the module's components. Sources with a circuit that is not closed are not asked. */
export async function betaHealth(module: BetaModule, now: () => string): Promise<ComponentHealth[]> {
	const readings = [mappings(module), workers(module), quality(module), intake(module), errorQueues(module)];
	const own = readings.map(([componentName, status, message]) => ({
		componentName,
		status,
		message,
		lastCheck: now(),
	}));
	return [...own, ...(await sources(module, now))];
}

function mappings({ profiles }: BetaModule): Reading {
	const suspended = profiles.profileIds.filter((id) => profiles.isSuspended(id));
	if (suspended.length > 0) return ['mapping_engine', 'UNHEALTHY', `suspended: ${suspended.join(', ')}`];
	return ['mapping_engine', 'HEALTHY', `${profiles.profileIds.length} profiles`];
}

function workers({ state, escalationLevel, workerUtilization }: BetaModule): Reading {
	if (state === 'PAUSED' || escalationLevel === 4) return ['transform_pool', 'UNHEALTHY', 'no records are begun'];
	const status = escalationLevel >= 2 ? 'DEGRADED' : 'HEALTHY';
	return ['transform_pool', status, `utilization ${workerUtilization}`];
}

function quality({ errorRate }: BetaModule): Reading {
	return ['quality_scorer', 'HEALTHY', `error rate of records ${errorRate}`];
}

function intake({ intake: { depth, capacity, isBackPressureActive } }: BetaModule): Reading {
	const status = depth >= capacity ? 'UNHEALTHY' : isBackPressureActive ? 'DEGRADED' : 'HEALTHY';
	return ['intake_queue', status, `${depth} of ${capacity}`];
}

function errorQueues({ errorQueues: queues }: BetaModule): Reading {
	const fill = Math.max(...BETA_QUEUES.map((name) => queues[name].size / queues[name].capacity));
	const status = fill >= 1 ? 'UNHEALTHY' : fill >= QUEUE_WARNING ? 'DEGRADED' : 'HEALTHY';
	return ['error_queues', status, `fullest at ${Math.round(fill * 100)} %`];
}

async function sources({ enrichmentClient }: BetaModule, now: () => string): Promise<ComponentHealth[]> {
	const { circuits } = enrichmentClient;
	return Promise.all(
		enrichmentClient.sources.map(async (source, at) => {
			const state = circuits[at]?.state ?? 'CLOSED';
			const componentName = `enrichment_sources:${source.sourceId}`;
			if (state === 'CLOSED') return { ...(await source.healthCheck()), componentName };
			const status: HealthStatus = state === 'OPEN' ? 'UNHEALTHY' : 'DEGRADED';
			return { componentName, status, message: `circuit ${state}`, lastCheck: now() };
		}),
	);
}
