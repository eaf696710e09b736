import { isLoopback } from '../config/listen-rule.ts';

/**
 * Whether a request without a token was meant for this machine: a page in a browser can have its own name point to loopback and would then read
 * what is answered, but it cannot choose the Host header.
 *
 * @param host the header
 */
export function isLocalHost(host: string | undefined): boolean {
	const name = /^\[?([^\]]*?)\]?(?::\d+)?$/.exec(host ?? '')?.[1] ?? '';
	return isLoopback(name.toLowerCase());
}
