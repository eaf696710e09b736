import { error } from '@pipeline/telemetry-core/alpha';
import { codeOf, resourceCode } from '@pipeline/telemetry-core/instrumentation';

const SYSTEM_CODES: ReadonlyMap<unknown, keyof typeof error> = new Map([
	['ENOTFOUND', 'CONN_002_DNS'],
	['EAI_AGAIN', 'CONN_002_DNS'],
	['CERT_HAS_EXPIRED', 'CONN_003_TLS_HANDSHAKE'],
	['DEPTH_ZERO_SELF_SIGNED_CERT', 'CONN_003_TLS_HANDSHAKE'],
	['EPROTO', 'CONN_003_TLS_HANDSHAKE'],
	['ERR_TLS_CERT_ALTNAME_INVALID', 'CONN_003_TLS_HANDSHAKE'],
	['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CONN_003_TLS_HANDSHAKE'],
	['EACCES', 'CONN_004_AUTH'],
	['EPERM', 'CONN_004_AUTH'],
	['ETIMEDOUT', 'CONN_006_TIMEOUT'],
	['UND_ERR_CONNECT_TIMEOUT', 'CONN_006_TIMEOUT'],
	['ENOENT', 'CONN_007_SOURCE_OUTAGE'],
] as const);

/** What a failed call of a source says: one of ingestion's own codes, a system error, else `fallback`. */
export function connectionCode(failure: unknown, fallback: keyof typeof error): keyof typeof error {
	const code = codeOf(failure);
	if (code !== undefined && Object.hasOwn(error, code)) return code as keyof typeof error;
	return (resourceCode(failure) as keyof typeof error | undefined) ?? SYSTEM_CODES.get(code) ?? fallback;
}
