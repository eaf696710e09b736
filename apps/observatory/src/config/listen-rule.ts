import { BlockList, isIP } from 'node:net';
import { ConfigError } from './config-error.ts';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether only this machine can reach it. Names other than localhost are not looked up: they can change. */
export function isLoopback(host: string): boolean {
	if (host === 'localhost') return true;
	const family = isIP(host);
	return family !== 0 && LOOPBACK.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Refuses to show telemetry to a network without knowing who asks, or in clear text.
 *
 * @throws ConfigError
 */
export function checkListen({
	host,
	tokens,
	tls,
}: {
	readonly host: string;
	readonly tokens: readonly unknown[];
	readonly tls?: unknown;
}): void {
	if (isLoopback(host)) return;
	const missing = [
		...(tokens.length === 0 ? ['tokens (`observatory token create` makes one)'] : []),
		...(tls === undefined ? ['listen.tls (certFile and keyFile)'] : []),
	];
	if (missing.length === 0) return;
	throw new ConfigError([
		`${host} can be reached from other machines: configure ${missing.join(' and ')}, or listen on 127.0.0.1`,
	]);
}
