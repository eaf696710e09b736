import type { Dispatcher } from 'undici';

/** How calls identify themselves. The secret is never written into messages. */
export type HttpAuthentication =
	| { readonly kind: 'NONE' }
	| { readonly kind: 'BEARER'; readonly token: string }
	| { readonly kind: 'BASIC'; readonly user: string; readonly password: string }
	| { readonly kind: 'API_KEY'; readonly header: string; readonly key: string };

/** Where and how an HTTP destination posts. */
export interface HttpDestinationOptions {
	readonly url: string;
	/** @default NONE */
	readonly authentication?: HttpAuthentication;
	/** Further headers of every call. */
	readonly headers?: Readonly<Record<string, string>>;
	/**
	 * SINGLE posts one record as it is. ARRAY posts a JSON array, or CSV rows, and reads
	 * `{ "results": [{ "index", "status": "ACCEPTED" | "REJECTED" | "RETRY", "code", "message" }] }`. @default SINGLE
	 */
	readonly body?: 'SINGLE' | 'ARRAY';
	/** Header row of CSV posts. */
	readonly columns?: readonly string[];
	/** Sent as `x-callback-url`: where an ASYNC or BATCH acknowledgment is to be posted. */
	readonly callbackUrl?: () => string | undefined;
	/** Address of a delivery's status; `{correlationId}` is replaced. Without it every status is UNKNOWN. */
	readonly statusUrl?: string;
	/** Largest answer read, in bytes. @default 1048576 */
	readonly maxResponseBytes?: number;
	/** Connection pool. Made and closed by the destination when not given. */
	readonly dispatcher?: Dispatcher;
}

/** The headers of an authentication. */
export function authenticationHeaders(authentication: HttpAuthentication): Record<string, string> {
	switch (authentication.kind) {
		case 'NONE':
			return {};
		case 'BEARER':
			return { authorization: `Bearer ${authentication.token}` };
		case 'BASIC': {
			const credentials = `${authentication.user}:${authentication.password}`;
			return { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
		}
		case 'API_KEY':
			return { [authentication.header.toLowerCase()]: authentication.key };
	}
}
