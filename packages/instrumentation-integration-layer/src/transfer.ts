import { type Journal, type Stage, type TraceFields, telemetry } from '@pipeline/telemetry-core';
import {
	type BatchLinks,
	type Callable,
	followResult,
	guarded,
	type Operation,
	type Patch,
	read,
	readContext,
	sentBatch,
	workCall,
} from '@pipeline/telemetry-core/instrumentation';
import { attribute, error, event, span, spanEvent } from '@pipeline/telemetry-core/integration';
import { describeTransfer } from './attributes.ts';
import type { IntegrationBinding } from './binding.ts';
import type { IntegrationOptions } from './config.ts';
import { metrics } from './metrics.ts';

/** Batches whose records became bytes, so that they left this process. */
export class DepartedBatches {
	readonly #ids = new Set<string>();

	add(batchId: string): void {
		this.#ids.add(batchId);
	}

	take(batchId: string): boolean {
		return this.#ids.delete(batchId);
	}
}

/** A batch is handed over. Records that left the process are parked once everybody has closed their stages. */
export function send(binding: IntegrationBinding, departed: DepartedBatches): Patch {
	const readers = binding.send;
	return {
		target: readers,
		sees: 'when records have left the process: their journals stay open',
		wrap: (original: Callable, operation: Operation) =>
			function sent(this: unknown, batch: unknown): unknown {
				if (!operation.isEnabled) return Reflect.apply(original, this, arguments);
				let journals: readonly Journal[] = [];
				guarded(operation.name, () => {
					journals = (read(readers?.records, batch) ?? []).map((record) => telemetry.tracer.journalOf(record));
				});
				return followResult(
					() => Reflect.apply(original, this, arguments),
					(isFailure, value) =>
						guarded(operation.name, () => {
							const batchId = read(readers?.batchId, batch) ?? '';
							const isGone = departed.take(batchId) && !isFailure && read(readers?.accepted, value) !== false;
							if (!isGone) return;
							// After whoever waits for this result has closed the stages of the records.
							setImmediate(() => {
								for (const journal of journals) telemetry.tracer.park(journal, batchId);
							});
						}),
				);
			},
	};
}

/** One attempt to send a batch: the header carries this span, the records carry their own. */
export function attempt(binding: IntegrationBinding, links: BatchLinks): Patch {
	const readers = binding.attempt;
	const batchIdOf = (transfer: unknown) => read(binding.transfer?.batchId, transfer) ?? '';
	return {
		target: readers,
		sees: 'attempts to send batches, and the context of the work they belong to',
		wrap: workCall({
			span: span['integration.transfer.send'],
			parent: (transfer: unknown) => links.of(batchIdOf(transfer)),
			started: {
				event: event['pipeline.integration.transfer.log.batch_started'],
				detail: (transfer: unknown, _attempt: unknown, sender: unknown) => ({
					batchId: batchIdOf(transfer),
					dimensions: {
						'pipeline.edge': read(readers?.edge, sender),
						'pipeline.record_count': read(binding.transfer?.records, transfer)?.length,
					},
				}),
			},
			opened(work, transfer: unknown, attemptNumber: unknown, sender: unknown) {
				describeTransfer(binding, work, transfer, read(readers?.edge, sender));
				if (typeof attemptNumber === 'number') work.set(attribute['pipeline.attempt_number'], attemptNumber);
				const batchId = batchIdOf(transfer);
				const previous = links.of(sentBatch(batchId));
				if (previous !== undefined) work.link('previous_attempt', previous);
				links.remember(sentBatch(batchId), work.position());
				const header = read(binding.transfer?.header, transfer);
				if (header !== undefined) Object.assign(header, work.position());
			},
			settled(work, payload: unknown) {
				work.event(
					spanEvent['transfer.ack'],
					new Map([[attribute['pipeline.ack.status'], read(binding.ack?.status, payload) ?? 'RECEIVED']]),
				);
				if (read(readers?.rejected, payload)) work.fail(error['INT_BETA_001']);
			},
			failed(work, failure) {
				work.fail(error['INT_ALPHA_001'], failure);
			},
		}),
	};
}

/** A batch arrives; what the module does with it happens inside. */
export function receive(binding: IntegrationBinding): Patch {
	const readers = binding.receive;
	return {
		target: readers,
		sees: 'batches that arrive',
		wrap: workCall({
			span: span['integration.transfer.receive'],
			parent(transfer: unknown) {
				const header = read(binding.transfer?.header, transfer);
				return (header === undefined ? undefined : readContext(header, 'ALPHA_BETA')) ?? 'root';
			},
			opened(work, transfer: unknown, _second: unknown, receiver: unknown) {
				describeTransfer(binding, work, transfer, read(readers?.edge, receiver));
				work.set(attribute['pipeline.queue_depth'], read(readers?.queueDepth, receiver));
			},
			settled(work, payload: unknown) {
				if (read(readers?.rejected, payload)) work.fail(error['INT_BETA_001']);
			},
		}),
	};
}

/** A message becomes bytes: here, and only here, its records get their context written out. */
export function encode(
	binding: IntegrationBinding,
	{ propagateBaggage }: IntegrationOptions,
	departed: DepartedBatches,
): Patch {
	const readers = binding.encode;
	return {
		target: readers,
		sees: 'the context of records that leave the process: their traces break there',
		wrap: (original: Callable, operation: Operation) =>
			function encoded(this: unknown, message: unknown): unknown {
				if (!operation.isEnabled) return Reflect.apply(original, this, arguments);
				guarded(operation.name, () => {
					const records = read(binding.transfer?.records, message);
					if (records === undefined) return;
					for (const record of records) writePosition(record, propagateBaggage);
					departed.add(read(binding.transfer?.batchId, message) ?? '');
				});
				const bytes: unknown = Reflect.apply(original, this, arguments);
				guarded(operation.name, () => {
					if (read(binding.transfer?.records, message) === undefined) return;
					metrics.batchBytes.of(edgeOf(message)).record(read(readers?.sizeBytes, bytes) ?? 0);
				});
				return bytes;
			},
	};
}

function writePosition(record: object, propagateBaggage: boolean): void {
	const { tracer } = telemetry;
	const journal = tracer.journalOf(record);
	if (journal === 0 || !Object.isExtensible(record)) return;
	const fields = tracer.inject(journal, tracer.stageOf(record) as Stage, record as TraceFields);
	if (!propagateBaggage) delete fields.baggage;
}

function edgeOf(message: unknown): string {
	const { sourceModule } = (message as { readonly header?: { readonly sourceModule?: string } }).header ?? {};
	return sourceModule === 'BETA' ? 'BETA_GAMMA' : 'ALPHA_BETA';
}
