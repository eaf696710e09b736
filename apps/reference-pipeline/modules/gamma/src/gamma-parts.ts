import { join } from 'node:path';
import { AckTracker } from './ack/ack-tracker.ts';
import { PendingAckStore } from './ack/pending-ack-store.ts';
import { StatusQuery } from './ack/status-query.ts';
import { Reconciler } from './completion/reconciliation.ts';
import type { GammaConfig } from './config/gamma-config.ts';
import { gammaConfig } from './config/resolve-config.ts';
import { DeadLetterQueue } from './dead-letters/dead-letter-queue.ts';
import { Degradation } from './degradation.ts';
import { AckTimeoutHandler } from './delivery/ack-timeout-handler.ts';
import { DestinationAttempt } from './delivery/destination-attempt.ts';
import { DestinationDelivery } from './delivery/destination-delivery.ts';
import { Disposition } from './delivery/disposition.ts';
import { RecordDelivery } from './delivery/record-delivery.ts';
import { RetryWait } from './delivery/retry-wait.ts';
import { DestinationRegistry } from './destinations/destination-registry.ts';
import { GammaErrorQueue } from './errors/gamma-error-queue.ts';
import type { GammaEmitter } from './gamma-events.ts';
import type { GammaOptions } from './gamma-options.ts';
import { GammaIntake } from './intake/gamma-intake.ts';
import { RecordWindow } from './intake/record-window.ts';
import { Renderer } from './rendering/renderer.ts';
import { Router } from './routing/router.ts';
import { StateFile } from './state/state-file.ts';

/** The parts of a module, wired. */
export interface GammaParts {
	readonly config: GammaConfig;
	readonly destinations: DestinationRegistry;
	readonly degradation: Degradation;
	readonly errorQueue: GammaErrorQueue;
	readonly deadLetters: DeadLetterQueue;
	readonly acks: AckTracker;
	readonly retryWait: RetryWait;
	readonly router: Router;
	readonly renderer: Renderer;
	readonly attempts: DestinationAttempt;
	readonly destinationDelivery: DestinationDelivery;
	readonly recordDelivery: RecordDelivery;
	readonly intake: GammaIntake;
	readonly window: RecordWindow;
	readonly reconciler: Reconciler;
	readonly stateFile: StateFile | undefined;
}

/** Builds the parts of a module and registers its destinations. @throws ConfigError */
export function buildParts(options: GammaOptions, events: GammaEmitter, isAccepting: () => boolean): GammaParts {
	const { runtime } = options;
	const config = gammaConfig(options.config);
	const pathOf = (name: string) =>
		options.stateDirectory === undefined ? undefined : join(options.stateDirectory, name);
	const destinations = new DestinationRegistry(config, runtime, events);
	for (const destination of options.destinations) destinations.register(destination, options.author ?? 'configuration');
	const errorQueue = new GammaErrorQueue(config, runtime, pathOf('gamma-errors.ndjson'));
	const deadLetters = new DeadLetterQueue(config, runtime, pathOf('gamma-dlq.ndjson'));
	const disposition = new Disposition(deadLetters, errorQueue, events, runtime);
	const statusQuery = new StatusQuery(config, destinations, runtime);
	const ackPath = pathOf('gamma-pending-acks.ndjson');
	const store = ackPath === undefined ? undefined : new PendingAckStore(ackPath);
	const acks = new AckTracker({ config, runtime, events, destinations, errorQueue, statusQuery, store });
	const window = new RecordWindow(config.deduplicationWindow);
	const profiles = options.profiles ?? { standard: {} };
	const intake = new GammaIntake({ config, runtime, events, window, profiles, isAccepting });
	const router = new Router(options.routing, destinations, runtime);
	const renderer = new Renderer(config, runtime);
	const retryWait = new RetryWait(config, runtime);
	const attempts = new DestinationAttempt(destinations, acks, runtime);
	const ackTimeouts = new AckTimeoutHandler(statusQuery, disposition);
	const deliveryParts = { config, renderer, attempts, retryWait, acks, ackTimeouts, disposition };
	const destinationDelivery = new DestinationDelivery(deliveryParts);
	const delivery = destinationDelivery;
	const recordDelivery = new RecordDelivery({ intake, window, router, destinations, delivery, acks, disposition });
	const statePath = pathOf('gamma-state.json');
	return {
		config,
		destinations,
		degradation: new Degradation(destinations, events),
		errorQueue,
		deadLetters,
		acks,
		retryWait,
		router,
		renderer,
		attempts,
		destinationDelivery,
		recordDelivery,
		intake,
		window,
		reconciler: new Reconciler(destinations, events, runtime),
		stateFile: statePath === undefined ? undefined : new StateFile(statePath),
	};
}
