import { ConfigError, type DestinationRegistration, type Runtime } from '@pipeline/model';
import type { GammaConfig } from '../config/gamma-config.ts';
import type { GammaEmitter } from '../gamma-events.ts';
import { Destination } from './destination.ts';
import type { DestinationOptions } from './destination-options.ts';

/** The destinations a module knows, by id. */
export class DestinationRegistry {
	readonly config: GammaConfig;
	readonly runtime: Runtime;
	readonly events: GammaEmitter;
	private readonly byId = new Map<string, Destination>();

	constructor(config: GammaConfig, runtime: Runtime, events: GammaEmitter) {
		this.config = config;
		this.runtime = runtime;
		this.events = events;
	}

	/** Adds a destination. @throws ConfigError on a second one with the same id and on bad options. */
	register(options: DestinationOptions, author: string): Destination {
		const { destinationId } = options.registration;
		if (this.byId.has(destinationId)) {
			throw new ConfigError('gamma.destinations', 'unique destination ids');
		}
		const destination = new Destination(options, this.config, this.runtime, (change) =>
			this.events.emit('circuitChanged', change),
		);
		this.byId.set(destinationId, destination);
		this.events.emit('destinationRegistered', { registration: destination.registration, author });
		return destination;
	}

	/** Changes a registration, e.g. its permitted classification, for the records delivered from now on. */
	change(
		destinationId: string,
		changes: Partial<Omit<DestinationRegistration, 'destinationId' | 'kind' | 'format'>>,
		author: string,
	): void {
		const destination = this.byId.get(destinationId);
		if (destination === undefined) throw new ConfigError('gamma.destinations', 'a registered id');
		const previous = destination.registration;
		destination.registration = { ...previous, ...changes };
		this.events.emit('destinationChanged', { previous, registration: destination.registration, author });
	}

	get(destinationId: string): Destination | undefined {
		return this.byId.get(destinationId);
	}

	/** All destinations in the order of registration. */
	all(): Destination[] {
		return [...this.byId.values()];
	}

	/**
	 * Follows the fallbacks of disabled destinations. The id itself when it is enabled, unknown, or has no fallback;
	 * undefined when the fallbacks form a circle.
	 */
	resolve(destinationId: string): string | undefined {
		const seen = new Set<string>();
		let current = destinationId;
		for (;;) {
			const destination = this.byId.get(current);
			const next = destination?.registration.enabled === false ? destination.fallbackDestinationId : undefined;
			if (next === undefined) return current;
			seen.add(current);
			if (seen.has(next)) return undefined;
			current = next;
		}
	}
}
