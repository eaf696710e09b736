import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// A process of its own: what it costs to receive must not count as the sender's.

let requests = 0;
const server = createServer((request, response) => {
	request.resume().once('end', () => {
		requests++;
		response.end();
	});
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
process.on('message', () => process.send?.({ requests }));
process.on('disconnect', () => process.exit(0));
