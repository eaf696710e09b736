import type { DeliveryResult, RoutingDecision, RoutingError, TransformedRecord } from '@pipeline/model';
import type { AckTracker } from '../ack/ack-tracker.ts';
import { type DeliveryOutcome, outcomeOf } from '../completion/outcome.ts';
import type { RecordTerminal } from '../completion/record-terminal.ts';
import type { DestinationRegistry } from '../destinations/destination-registry.ts';
import { GAMMA_CODES } from '../errors/codes.ts';
import { GammaStoppedError } from '../errors/gamma-stopped-error.ts';
import type { GammaIntake } from '../intake/gamma-intake.ts';
import type { RecordWindow } from '../intake/record-window.ts';
import { recordKey } from '../record-key.ts';
import { isRoutingError, type Router, routingError } from '../routing/router.ts';
import { completedRecord } from './completed-record.ts';
import type { RecordContext } from './delivery-progress.ts';
import type { DestinationDelivery } from './destination-delivery.ts';
import type { Disposition } from './disposition.ts';

/** A record that was interrupted by a stop, with the results that were final. */
export interface UnfinishedRecord {
	readonly record: TransformedRecord;
	readonly context: RecordContext;
	readonly results: readonly DeliveryResult[];
}

/** What the delivery of records works with. */
export interface RecordDeliveryParts {
	readonly intake: GammaIntake;
	readonly window: RecordWindow;
	readonly router: Router;
	readonly destinations: DestinationRegistry;
	readonly delivery: DestinationDelivery;
	readonly acks: AckTracker;
	readonly disposition: Disposition;
}

/** Brings a record to all its destinations. */
export class RecordDelivery {
	readonly parts: RecordDeliveryParts;
	/** Records interrupted by a stop, in the order they began. */
	readonly unfinished: UnfinishedRecord[] = [];
	private readonly earlierResults = new Map<string, readonly DeliveryResult[]>();

	constructor(parts: RecordDeliveryParts) {
		this.parts = parts;
	}

	/** Gives results that an earlier process had reached; those destinations are left out. */
	restoreResults(record: TransformedRecord, results: readonly DeliveryResult[]): void {
		this.earlierResults.set(recordKey(record), results);
	}

	/** The results an earlier process had reached, once. */
	takeRestored(record: TransformedRecord): readonly DeliveryResult[] {
		const results = this.earlierResults.get(recordKey(record)) ?? [];
		this.earlierResults.delete(recordKey(record));
		return results;
	}

	/**
	 * Routes and delivers. Resolves when every result is final, one for each destination, in the order of the routing,
	 * after `recordTerminal` was emitted. Rejects with GammaStoppedError when the module stops first.
	 */
	async deliver(record: TransformedRecord): Promise<DeliveryResult[]> {
		const context = this.parts.intake.recordContext(record);
		const earlier = this.takeRestored(record);
		const routed = this.route(record, context);
		const done = new Set(earlier.map(({ destinationId }) => destinationId));
		const due = routed.destinations.filter((destinationId) => !done.has(destinationId));
		const results = [...earlier, ...(await this.deliverTo(record, due, context, earlier))];
		this.terminate(record, context, results, routed.failure);
		return results;
	}

	/**
	 * Delivers a replayed record by the rules of now: to `destinationId` while they still name it, else to all they
	 * name. Emits no `recordTerminal`: the record had its end.
	 */
	async redeliver(
		record: TransformedRecord,
		context: RecordContext,
		destinationId?: string,
	): Promise<DeliveryResult[]> {
		const { destinations } = this.route(record, context);
		const due = destinationId !== undefined && destinations.includes(destinationId) ? [destinationId] : destinations;
		return this.collect(record, due, context).then(({ results, stopped }) => {
			if (stopped) throw new GammaStoppedError();
			return results;
		});
	}

	/** Delivers to one destination, registered or not; as {@link DestinationDelivery.deliver}. */
	async toDestination(
		record: TransformedRecord,
		destinationId: string,
		context: RecordContext,
	): Promise<DeliveryResult> {
		const destination = this.parts.destinations.get(destinationId);
		if (destination !== undefined) return this.parts.delivery.deliver(record, destination, context);
		const { disposition } = this.parts;
		const message = `no destination ${destinationId} is registered`;
		const error = routingError(record, disposition.runtime, GAMMA_CODES.routeInvalid, message, { destinationId });
		return disposition.notRouted({ record, destinationId, context, attempts: [] }, error);
	}

	private route(
		record: TransformedRecord,
		context: RecordContext,
	): { readonly destinations: readonly string[]; readonly failure?: RoutingError } {
		const awaited = this.parts.acks.resumableDestinations(record);
		const decision = this.decide(record);
		if (!isRoutingError(decision)) return { destinations: [...new Set([...decision.destinations, ...awaited])] };
		const { errorQueue, events } = this.parts.disposition;
		errorQueue.addRecord('ROUTING', record, decision, context);
		events.emit('failure', { category: 'ROUTING', error: decision });
		return { destinations: awaited, failure: decision };
	}

	private decide(record: TransformedRecord): RoutingDecision | RoutingError {
		try {
			return this.parts.router.route(record);
		} catch (error) {
			const message = error instanceof Error ? error.message : String(error);
			return routingError(record, this.parts.disposition.runtime, GAMMA_CODES.routeUnknown, message, {});
		}
	}

	private async deliverTo(
		record: TransformedRecord,
		due: readonly string[],
		context: RecordContext,
		earlier: readonly DeliveryResult[],
	): Promise<DeliveryResult[]> {
		const { results, stopped } = await this.collect(record, due, context);
		if (!stopped) return results;
		this.unfinished.push({ record, context, results: [...earlier, ...results] });
		throw new GammaStoppedError();
	}

	private async collect(
		record: TransformedRecord,
		due: readonly string[],
		context: RecordContext,
	): Promise<{ readonly results: DeliveryResult[]; readonly stopped: boolean }> {
		const settled = await Promise.allSettled(
			// Each destination gets an item of its own: several are under way at the same time.
			due.map((destinationId) => this.toDestination({ ...record }, destinationId, context)),
		);
		const results = settled.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
		return { results, stopped: results.length < settled.length };
	}

	private terminate(
		record: TransformedRecord,
		{ batchId }: RecordContext,
		results: readonly DeliveryResult[],
		failure: RoutingError | undefined,
	): void {
		const { recordId, targetSchema } = record;
		const outcome: DeliveryOutcome = outcomeOf(results);
		const reason = failure === undefined ? {} : { failure };
		const terminal: RecordTerminal = { recordId, targetSchema, outcome, results, record, batchId, ...reason };
		this.parts.disposition.events.emit('recordTerminal', terminal);
		this.parts.window.end(recordKey(record), completedRecord(terminal, this.parts.disposition.runtime.timestamp()));
	}
}
