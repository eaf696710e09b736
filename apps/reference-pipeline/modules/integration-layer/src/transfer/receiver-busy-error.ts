import { TransferError } from '@pipeline/model';

/** No acknowledgment came in time, but the receiver says that it is busy: it lives, and trying again is no failure. */
export class ReceiverBusyError extends TransferError {
	constructor(code: string, batchId: string, attempts: number) {
		super(code, batchId, attempts, 'the receiver is busy');
		this.name = 'ReceiverBusyError';
	}
}
