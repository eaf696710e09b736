import type { IncomingHttpHeaders } from 'node:http';
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

/**
 * Whether a page of another site has the browser ask, other than by a link that is followed. It cannot read what is answered, but it could have
 * much be asked. What is no browser says nothing of it.
 */
export function isAskedByOtherSite(headers: IncomingHttpHeaders): boolean {
	const site = headers['sec-fetch-site'] ?? 'none';
	const isFollowed = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
	return site !== 'none' && site !== 'same-origin' && !isFollowed;
}
