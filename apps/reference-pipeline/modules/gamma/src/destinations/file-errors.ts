import { GAMMA_CODES } from '../errors/codes.ts';
import type { DeliveryReceipt } from './destination-adapter.ts';

const QUOTA = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const ACCESS = new Set(['EACCES', 'EPERM', 'EROFS']);

/** What a failed write means for its records. */
export function fileErrorReceipt(error: unknown): DeliveryReceipt {
	const code = (error as NodeJS.ErrnoException | undefined)?.code ?? 'UNKNOWN';
	const responseMessage = (error instanceof Error ? error.message : String(error)).slice(0, 1024);
	const failed = { status: 'FAILED', responseCode: code, responseMessage } as const;
	if (QUOTA.has(code)) return { ...failed, errorCode: GAMMA_CODES.deliveryQuota, retryEligible: true };
	if (ACCESS.has(code)) return { ...failed, errorCode: GAMMA_CODES.connectionAuth, retryEligible: false };
	return { ...failed, errorCode: GAMMA_CODES.connectionOutage, retryEligible: true };
}
