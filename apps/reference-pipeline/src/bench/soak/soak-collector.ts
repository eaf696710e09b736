import { appendFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { readItems } from '../../telemetry/encoded-spans.ts';
import { type EventPlace, readEventPlace } from './event-place.ts';
import { NOTES } from './soak-protocol.ts';

// The stand-in of a collector, a process that may be killed at any time: what it answers for is on file before the answer.

const [, , port = '0', folder = '.'] = process.argv;

function note(signal: string | undefined, body: Buffer): void {
	if (signal === '/v1/logs') {
		const places: EventPlace[] = [];
		readItems(body, (reader, end) => {
			const place = readEventPlace(reader, end);
			if (place !== undefined) places.push(place);
		});
		// Within a request they stand by scope.
		places.sort((a, b) => a.seq - b.seq);
		const lines = places.map(({ producerId, seq, eventId }) => `${producerId} ${seq} ${eventId}\n`);
		appendFileSync(join(folder, NOTES.events), `${lines.join('')}\n`);
	} else if (signal === '/v1/traces') {
		let spans = 0;
		readItems(body, (reader, end) => {
			spans++;
			reader.pos = end;
		});
		appendFileSync(join(folder, NOTES.spans), `${spans}\n`);
	} else if (signal === '/v1/metrics') {
		const path = join(folder, NOTES.metrics);
		writeFileSync(`${path}.new`, body);
		renameSync(`${path}.new`, path);
	}
}

const server = createServer((request, response) => {
	buffer(request).then(
		(body) => {
			note(request.url, body);
			response.end();
		},
		() => response.destroy(),
	);
});
server.listen(Number(port), '127.0.0.1', () => process.send?.(server.address()));
process.on('disconnect', () => process.exit(0));
