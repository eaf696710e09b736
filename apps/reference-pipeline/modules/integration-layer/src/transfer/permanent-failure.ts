import { CodecError } from '@pipeline/model';
import { ProtocolError } from '../protocol/protocol-error.ts';

/** Whether a message can never be sent as it is: another attempt would fail in the same way, and the peer is not to blame. */
export function isPermanent(error: unknown): boolean {
	return error instanceof ProtocolError || error instanceof CodecError;
}
