import type { ComponentHealth, HealthStatus, Runtime } from '@pipeline/model';
import type { Destination } from './destinations/destination.ts';
import type { GammaParts } from './gamma-parts.ts';

/** Fill level from which a bounded queue is reported as degraded. */
const DEGRADED_FILL = 0.8;

/** Health of the module's components, one `destination_connectivity` entry for each destination. */
export async function gammaHealth(parts: GammaParts, runtime: Runtime): Promise<ComponentHealth[]> {
	const { acks, config, deadLetters, degradation, destinations, errorQueue, intake } = parts;
	const lastCheck = runtime.timestamp();
	const component = (componentName: string, status: HealthStatus, message: string): ComponentHealth => ({
		componentName,
		status,
		message,
		lastCheck,
	});
	const filled = (name: string, depth: number, capacity: number): ComponentHealth =>
		component(name, fillStatus(depth / capacity), `${depth} of ${capacity}`);
	return [
		...(await Promise.all(destinations.all().map((destination) => connectivity(destination, lastCheck)))),
		filled('delivery_queue', intake.depth, intake.capacity),
		filled('error_queues', errorQueue.size, errorQueue.capacity),
		component(
			'ack_backlog',
			acks.pending > config.unconfirmedAlertCount ? 'DEGRADED' : 'HEALTHY',
			`${acks.pending} acknowledgments pending`,
		),
		filled('dlq_growth', deadLetters.size, deadLetters.capacity),
		component('resources', levelStatus(degradation.level), `degradation level ${degradation.level}`),
	];
}

async function connectivity(destination: Destination, lastCheck: string): Promise<ComponentHealth> {
	const componentName = `destination_connectivity:${destination.id}`;
	try {
		const health = await destination.adapter.healthCheck();
		const isOpen = destination.circuit.state !== 'CLOSED';
		const status = isOpen ? 'UNHEALTHY' : health.status;
		return {
			componentName,
			status,
			message: isOpen ? `circuit ${destination.circuit.state}` : health.message,
			lastCheck,
		};
	} catch (error) {
		return { componentName, status: 'UNHEALTHY', message: String(error), lastCheck };
	}
}

function fillStatus(fill: number): HealthStatus {
	if (fill >= 1) return 'UNHEALTHY';
	return fill >= DEGRADED_FILL ? 'DEGRADED' : 'HEALTHY';
}

function levelStatus(level: number): HealthStatus {
	if (level === 0) return 'HEALTHY';
	return level >= 3 ? 'UNHEALTHY' : 'DEGRADED';
}
