import { GAMMA_CODES } from '../errors/codes.ts';
import type { DeliveryReceipt } from './destination-adapter.ts';

const DNS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL']);
const TIMEOUT = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);

/** What a call that got no answer means for its records. */
export function httpErrorReceipt(error: unknown, signal: AbortSignal): DeliveryReceipt {
	const responseMessage = (error instanceof Error ? error.message : String(error)).slice(0, 1024);
	if (signal.aborted) {
		return { status: 'TIMEOUT', responseMessage, errorCode: GAMMA_CODES.deliveryTimeout, retryEligible: true };
	}
	const code = (error as NodeJS.ErrnoException | undefined)?.code ?? 'UNKNOWN';
	return { status: 'FAILED', responseCode: code, responseMessage, ...meaningOf(code) };
}

function meaningOf(code: string): { readonly errorCode: string; readonly retryEligible: boolean } {
	if (DNS.has(code)) return { errorCode: GAMMA_CODES.connectionDns, retryEligible: true };
	if (TIMEOUT.has(code)) return { errorCode: GAMMA_CODES.connectionTimeout, retryEligible: true };
	const isTls = code.startsWith('ERR_TLS') || code.includes('CERT') || code.startsWith('EPROTO');
	if (isTls) return { errorCode: GAMMA_CODES.connectionTls, retryEligible: false };
	return { errorCode: GAMMA_CODES.connectionNetwork, retryEligible: true };
}
