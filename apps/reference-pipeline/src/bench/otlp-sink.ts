import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Received } from './local-sink.ts';

// A process of its own: what it costs to receive must not count as the sender's.

const patterns = process.argv.slice(2).map((pattern) => new RegExp(pattern, 'g'));
const found = patterns.map(() => new Set<string>());
let requests = 0;

function look(body: Buffer): void {
	const text = body.toString('latin1');
	patterns.forEach((pattern, at) => {
		for (const [match] of text.matchAll(pattern)) found[at]?.add(match);
	});
}

const server = createServer(async (request, response) => {
	const body = await buffer(request);
	requests++;
	response.end();
	if (patterns.length > 0) look(body);
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', () => {
	const received: Received = { requests, distinct: found.map(({ size }) => size) };
	for (const texts of found) texts.clear();
	process.send?.(received);
});
process.on('disconnect', () => process.exit(0));
