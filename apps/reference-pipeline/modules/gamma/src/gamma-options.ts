import type { Runtime } from '@pipeline/model';
import type { AckCallbackOptions } from './ack/ack-callback-server.ts';
import type { GammaConfig } from './config/gamma-config.ts';
import type { DestinationOptions } from './destinations/destination-options.ts';
import type { DeliveryProfile } from './intake/gamma-intake.ts';
import type { RoutingTable } from './routing/routing-rule.ts';

/** What a GammaModule is made of. */
export interface GammaOptions {
	readonly config?: Partial<GammaConfig>;
	readonly runtime: Runtime;
	readonly destinations: readonly DestinationOptions[];
	readonly routing: RoutingTable;
	/** Delivery profiles by name. @default one named `standard` */
	readonly profiles?: Readonly<Record<string, DeliveryProfile>>;
	/** Where queues, pending acknowledgments and interrupted records survive a restart. Memory only when not given. */
	readonly stateDirectory?: string;
	/** Listens for acknowledgments when given. */
	readonly callback?: AckCallbackOptions;
	/** Who registers the destinations given here. @default configuration */
	readonly author?: string;
}
