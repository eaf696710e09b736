import * as v from 'valibot';
import { GAMMA_CODES } from '../errors/codes.ts';
import type { DeliveryReceipt } from './destination-adapter.ts';
import { retryAfterMs } from './retry-after.ts';

/** An answer as far as receipts depend on it. */
export interface HttpAnswer {
	readonly statusCode: number;
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly text: string;
}

const BatchAnswer = v.object({
	results: v.array(
		v.object({
			index: v.pipe(v.number(), v.integer(), v.minValue(0)),
			status: v.picklist(['ACCEPTED', 'REJECTED', 'RETRY']),
			code: v.optional(v.string()),
			message: v.optional(v.string()),
			acknowledgment_id: v.optional(v.string()),
		}),
	),
});
const SingleAnswer = v.object({ acknowledgment_id: v.string() });

/** One receipt per record: from the result list of a batch answer, else the status for all. */
export function httpReceipts(answer: HttpAnswer, count: number, isBatch: boolean, nowMs: number): DeliveryReceipt[] {
	const shared = statusReceipt(answer, nowMs);
	if (shared.status !== 'SUCCESS') return Array.from({ length: count }, () => shared);
	if (!isBatch) return [shared];
	const parsed = v.safeParse(BatchAnswer, jsonOrUndefined(answer.text));
	// A batch accepted without a result list is accepted as a whole.
	if (!parsed.success) return Array.from({ length: count }, () => shared);
	const receipts = Array.from({ length: count }, () => unansweredReceipt(answer));
	for (const result of parsed.output.results) {
		if (result.index < count) receipts[result.index] = resultReceipt(result);
	}
	return receipts;
}

function statusReceipt(answer: HttpAnswer, nowMs: number): DeliveryReceipt {
	const { statusCode, text } = answer;
	const responseCode = String(statusCode);
	const responseMessage = text.slice(0, 1024);
	if (statusCode >= 200 && statusCode < 300) {
		const single = v.safeParse(SingleAnswer, jsonOrUndefined(text));
		const acknowledgment = single.success ? { acknowledgmentId: single.output.acknowledgment_id } : {};
		return { status: 'SUCCESS', responseCode, ...acknowledgment };
	}
	const delay = retryAfterMs(answer.headers['retry-after'], nowMs);
	return {
		status: 'FAILED',
		responseCode,
		responseMessage,
		...meaningOf(statusCode),
		...(delay !== undefined && { retryAfterMs: delay }),
	};
}

function meaningOf(statusCode: number): { readonly errorCode: string; readonly retryEligible: boolean } {
	switch (statusCode) {
		case 401:
		case 403:
			return { errorCode: GAMMA_CODES.connectionAuth, retryEligible: false };
		case 408:
		case 504:
			return { errorCode: GAMMA_CODES.deliveryTimeout, retryEligible: true };
		case 409:
			return { errorCode: GAMMA_CODES.deliveryDuplicate, retryEligible: false };
		case 425:
			return { errorCode: GAMMA_CODES.connectionOutage, retryEligible: true };
		case 429:
			return { errorCode: GAMMA_CODES.deliveryRateLimited, retryEligible: true };
		case 507:
			return { errorCode: GAMMA_CODES.deliveryQuota, retryEligible: true };
		default:
			return statusCode >= 500
				? { errorCode: GAMMA_CODES.connectionOutage, retryEligible: true }
				: { errorCode: GAMMA_CODES.deliveryRejected, retryEligible: false };
	}
}

function resultReceipt(result: v.InferOutput<typeof BatchAnswer>['results'][number]): DeliveryReceipt {
	const response = {
		...(result.code !== undefined && { responseCode: result.code.slice(0, 64) }),
		...(result.message !== undefined && { responseMessage: result.message.slice(0, 1024) }),
	};
	if (result.status === 'ACCEPTED') {
		const id = result.acknowledgment_id;
		return { status: 'SUCCESS', ...response, ...(id !== undefined && { acknowledgmentId: id }) };
	}
	const isRetry = result.status === 'RETRY';
	return {
		status: 'FAILED',
		...response,
		errorCode: isRetry ? GAMMA_CODES.deliveryPartial : GAMMA_CODES.deliveryRejected,
		retryEligible: isRetry,
	};
}

function unansweredReceipt({ statusCode }: HttpAnswer): DeliveryReceipt {
	return {
		status: 'FAILED',
		responseCode: String(statusCode),
		responseMessage: 'the batch answer has no result for this record',
		errorCode: GAMMA_CODES.deliveryPartial,
		retryEligible: true,
	};
}

/** JSON, or undefined when the text is none. */
export function jsonOrUndefined(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
