import { createRequire } from 'node:module';

/**
 * For this thread, Node's HTTP module without what no request needs. Whoever imports it as an ECMAScript module, as OpenTelemetry's transport
 * does, reads all its exports; these three would load Node's WebSocket client: 4 MB of heap and buffers, 11 MB resident.
 */
export function withoutWebSocket(): void {
	const http = createRequire(import.meta.url)('node:http') as typeof import('node:http');
	for (const name of ['WebSocket', 'CloseEvent', 'MessageEvent'] as const)
		Object.defineProperty(http, name, { value: undefined, configurable: true });
}
