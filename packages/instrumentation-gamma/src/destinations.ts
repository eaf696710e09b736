import { telemetry } from '@pipeline/telemetry-core';
import { event } from '@pipeline/telemetry-core/gamma';
import { type Callable, guarded, type Operation, type Patch, read } from '@pipeline/telemetry-core/instrumentation';
import { findDestination, UNKNOWN } from './attributes.ts';
import type { GammaBinding } from './binding.ts';

const CONFIGURATION = 'configuration';

/** Destinations become known, and change: who may receive what is a matter of audit. */
export function destinations(binding: GammaBinding): Patch[] {
	const { changeDestination } = binding;
	return [
		{
			target: binding.registerDestination,
			sees: 'registrations of destinations',
			wrap: (original: Callable, operation: Operation) =>
				function registered(this: unknown, _options: unknown, author: unknown): unknown {
					const destination: unknown = Reflect.apply(original, this, arguments);
					if (operation.isEnabled)
						guarded(operation.name, () => tell(binding, 'registered', destination as object, author));
					return destination;
				},
		},
		{
			target: changeDestination,
			sees: 'changes of destinations',
			wrap: (original: Callable, operation: Operation) =>
				function changed(this: unknown, id: unknown, _changes: unknown, author: unknown): unknown {
					const result: unknown = Reflect.apply(original, this, arguments);
					if (operation.isEnabled)
						guarded(operation.name, () => {
							const destination = findDestination(changeDestination?.destination, this, id);
							if (destination !== undefined) tell(binding, 'changed', destination, author);
						});
					return result;
				},
		},
	];
}

function tell(binding: GammaBinding, what: 'registered' | 'changed', destination: object, author: unknown): void {
	const destinationId = read(binding.destination?.id, destination) ?? UNKNOWN;
	const actor = typeof author === 'string' ? author : UNKNOWN;
	telemetry.events.emit(event[`pipeline.gamma.config.audit.destination_${what}`], {
		correlationId: destinationId,
		dimensions: {
			'pipeline.destination_id': destinationId,
			'pipeline.max_classification': read(binding.destination?.maxClassification, destination),
			'pipeline.author': actor,
			'audit.resource_id': destinationId,
			'audit.actor_type': actor === CONFIGURATION ? 'SYSTEM' : 'USER',
			'audit.actor_id': actor,
		},
	});
}
