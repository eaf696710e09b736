import { type AttributeDef, type Journal, type Stage, type TraceFields, telemetry } from '@pipeline/telemetry-core';
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
	type WorkSpan,
	workCall,
} from '@pipeline/telemetry-core/instrumentation';
import { attribute, error, event, span, spanEvent } from '@pipeline/telemetry-core/integration';
import { describeTransfer } from './attributes.ts';
import type { IntegrationBinding } from './binding.ts';
import { codesOf } from './codes.ts';
import type { IntegrationOptions } from './config.ts';
import { metrics } from './metrics.ts';
import type { RetryPlan, TransferState } from './transfer-state.ts';
import type { VerdictCourier } from './verdicts.ts';

/** A batch is handed over. Records that left the process are parked once everybody has closed their stages. */
export function send(binding: IntegrationBinding, state: TransferState): Patch {
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
							const isGone = state.takeDeparted(batchId) && !isFailure && read(readers?.accepted, value) !== false;
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
export function attempt(binding: IntegrationBinding, links: BatchLinks, state: TransferState): Patch {
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
				const plan = state.planOf(batchId);
				if (plan !== undefined) tellRetry(work, plan);
				const header = read(binding.transfer?.header, transfer);
				if (header !== undefined) Object.assign(header, work.position());
			},
			settled(work, payload: unknown, _transfer: unknown, _attempt: unknown, sender: unknown) {
				work.event(
					spanEvent['transfer.ack'],
					new Map([[attribute['pipeline.ack.status'], read(binding.ack?.status, payload) ?? 'RECEIVED']]),
				);
				if (read(readers?.rejected, payload)) work.fail(error[codesOf(read(readers?.edge, sender)).checksum]);
			},
			failed(work, failure, _transfer: unknown, _attempt: unknown, sender: unknown) {
				work.fail(error[codesOf(read(readers?.edge, sender)).ackTimeout], failure);
			},
			after(_work, _seconds, payload: unknown, _transfer: unknown, attemptNumber: unknown, sender: unknown) {
				if (typeof attemptNumber !== 'number' || attemptNumber <= 1) return;
				const isFailure = payload === undefined || read(readers?.rejected, payload) === true;
				metrics.retries.of(read(readers?.edge, sender), isFailure ? 'FAILURE' : 'SUCCESS').add(1);
			},
		}),
	};
}

/** The attempt before failed: why, and how long was waited for this one. */
function tellRetry(work: WorkSpan, { attemptNumber, delayMs, errorCode }: RetryPlan): void {
	work.event(
		spanEvent['transfer.retry'],
		new Map<AttributeDef, string | number>([
			[attribute['pipeline.attempt_number'], attemptNumber],
			[attribute['pipeline.delay_ms'], delayMs],
			[attribute['pipeline.error_code'], errorCode],
		]),
	);
}

/** A batch arrives; what the module does with it happens inside. */
export function receive(binding: IntegrationBinding, state: TransferState): Patch {
	const readers = binding.receive;
	const batchIdOf = (transfer: unknown) => read(binding.transfer?.batchId, transfer) ?? '';
	return {
		target: readers,
		sees: 'batches that arrive',
		wrap: workCall({
			span: span['integration.transfer.receive'],
			parent(transfer: unknown, _second: unknown, self: unknown) {
				const header = read(binding.transfer?.header, transfer);
				return (
					(header === undefined
						? undefined
						: readContext(header, read(readers?.edge, self) === 'BETA_GAMMA' ? 'BETA_GAMMA' : 'ALPHA_BETA')) ?? 'root'
				);
			},
			opened(work, transfer: unknown, _second: unknown, receiver: unknown) {
				describeTransfer(binding, work, transfer, read(readers?.edge, receiver));
				work.set(attribute['pipeline.queue_depth'], read(readers?.queueDepth, receiver));
				state.arrive(batchIdOf(transfer), work);
			},
			settled(work, payload: unknown, _transfer: unknown, _second: unknown, receiver: unknown) {
				if (!work.failed && read(readers?.rejected, payload))
					work.fail(error[codesOf(read(readers?.edge, receiver)).checksum]);
			},
			after(work, _seconds, _payload: unknown, transfer: unknown) {
				state.arrived(batchIdOf(transfer), work);
			},
		}),
	};
}

/** A message becomes bytes: here, and only here, its records get their context written out. */
export function encode(
	binding: IntegrationBinding,
	{ propagateBaggage }: IntegrationOptions,
	state: TransferState,
	courier: VerdictCourier,
): Patch {
	const readers = binding.encode;
	return {
		target: readers,
		sees: 'the context of records that leave the process: their traces break there',
		wrap: (original: Callable, operation: Operation) =>
			function encoded(this: unknown, message: unknown): unknown {
				if (!operation.isEnabled) return Reflect.apply(original, this, arguments);
				let leaving = message;
				guarded(operation.name, () => {
					const records = read(binding.transfer?.records, message);
					if (records === undefined) {
						leaving = courier.load(message);
						return;
					}
					for (const record of records) writePosition(record, propagateBaggage);
					const batchId = read(binding.transfer?.batchId, message) ?? '';
					state.depart(batchId);
					courier.sent(edgeOf(message), batchId);
				});
				const bytes: unknown = Reflect.apply(original, this, [leaving, ...Array.prototype.slice.call(arguments, 1)]);
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
