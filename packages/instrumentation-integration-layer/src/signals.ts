import { type Patch, read, workCall } from '@pipeline/telemetry-core/instrumentation';
import { attribute, span } from '@pipeline/telemetry-core/integration';
import type { IntegrationBinding } from './binding.ts';
import { metrics } from './metrics.ts';

/** Modules are told of an error. */
export function propagate(binding: IntegrationBinding): Patch {
	const readers = binding.propagate;
	return {
		target: readers,
		sees: 'errors that are told to other modules',
		wrap: workCall({
			span: span['integration.error.propagate'],
			opened(work, error: unknown, action: unknown) {
				const facts = read(readers?.facts, error);
				const actionRequired = typeof action === 'string' ? action : 'NONE';
				work.set(attribute['pipeline.error_id'], facts?.errorId);
				work.set(attribute['pipeline.severity'], facts?.severity);
				work.set(attribute['pipeline.recoverability'], facts?.recoverability);
				work.set(attribute['pipeline.error_scope'], facts?.scope);
				work.set(attribute['pipeline.action_required'], actionRequired);
				metrics.notifications.of(actionRequired).add(1);
			},
		}),
	};
}

/** A health check is answered. */
export function checkHealth(binding: IntegrationBinding): Patch {
	const readers = binding.checkHealth;
	return {
		target: readers,
		sees: 'health checks',
		wrap: workCall({
			span: span['integration.health.check'],
			parent: () => 'root',
			opened(work, request: unknown) {
				work.set(attribute['pipeline.check_type'], read(readers?.checkType, request));
			},
			settled(work, response: unknown) {
				work.set(attribute['pipeline.status'], read(readers?.status, response));
			},
			after(_work, seconds, _response: unknown, request: unknown) {
				metrics.healthCheckSeconds.of('INTEGRATION', read(readers?.checkType, request)).record(seconds);
			},
		}),
	};
}
