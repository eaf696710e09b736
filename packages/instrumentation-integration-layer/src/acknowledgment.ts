import { type Patch, read, readContext, workCall } from '@pipeline/telemetry-core/instrumentation';
import { attribute, error, span } from '@pipeline/telemetry-core/integration';
import { describeAck, describeConfirmation } from './attributes.ts';
import type { IntegrationBinding } from './binding.ts';
import { codesOf } from './codes.ts';
import type { VerdictCourier } from './verdicts.ts';

/** The receiver says what became of a batch. */
export function sendAck(binding: IntegrationBinding, courier: VerdictCourier): Patch {
	return {
		target: binding.sendAck,
		sees: 'acknowledgments that are sent',
		wrap: workCall({
			span: span['integration.ack.send'],
			opened(work, _transfer: unknown, payload: unknown, sender: unknown) {
				const edge = read(binding.sendAck?.edge, sender);
				work.set(attribute['pipeline.edge'], edge);
				courier.meet(edge, sender);
				describeAck(binding, work, payload);
				if (read(binding.ack?.status, payload) === 'REJECTED') work.fail(error[codesOf(edge).checksum]);
			},
		}),
	};
}

/** The sender learns what became of a batch. */
export function receiveAck(binding: IntegrationBinding): Patch {
	const readers = binding.receiveAck;
	return {
		target: readers,
		sees: 'acknowledgments that arrive',
		wrap: workCall({
			span: span['integration.ack.receive'],
			parent: (message: unknown) => positionIn(read(readers?.header, message)),
			opened(work, message: unknown) {
				describeAck(binding, work, message);
			},
		}),
	};
}

/** Where whoever answers stood. */
const positionIn = (header: object | undefined) => (header === undefined ? undefined : readContext(header, 'ACK'));

/** The final results of a batch travel back. */
export function confirmations(binding: IntegrationBinding): Patch[] {
	const { sendConfirmation, receiveConfirmation } = binding;
	return [
		{
			target: sendConfirmation,
			sees: 'confirmations that are sent',
			wrap: workCall({
				span: span['integration.confirmation.send'],
				opened(work, batch: unknown, _second: unknown) {
					describeConfirmation(work, read(sendConfirmation?.results, batch));
				},
			}),
		},
		{
			target: receiveConfirmation,
			sees: 'confirmations that arrive',
			wrap: workCall({
				span: span['integration.confirmation.receive'],
				parent: (confirmation: unknown) => positionIn(read(receiveConfirmation?.header, confirmation)),
				opened(work, confirmation: unknown) {
					describeConfirmation(work, read(receiveConfirmation?.results, confirmation));
				},
			}),
		},
	];
}
