import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { readWatermark } from '../../src/spool/watermark.ts';
import { inThread } from './in-thread.ts';

async function storeOf(listener: RequestListener): Promise<string> {
	const server = createServer(listener);
	await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}/{producer}`;
}

it('is a number of what is there, or not said', async () => {
	const answers = ['{"durableSeq":3}', '{"durableSeq":-1}', '{"durableSeq":1e400}', '{"durableSeq":"3"}', 'null', ''];
	const seen: (number | undefined)[] = [];
	for (const answer of answers) {
		const url = await storeOf((_request, response) => response.end(answer));
		seen.push(await readWatermark({ url }, 'p'));
	}
	expect(seen).toEqual([3, undefined, undefined, undefined, undefined, undefined]);
});

it('is no longer listened for when the answer does not end', async () => {
	let sent = 0;
	let isClosed = false;
	const part = Buffer.alloc(65_536, ' ');
	const url = await storeOf((_request, response) => {
		const write = () => {
			sent += part.length;
			if (!isClosed && response.write(part)) setImmediate(write);
		};
		response.on('drain', write);
		response.on('close', () => {
			isClosed = true;
		});
		write();
	});
	expect(await readWatermark({ url }, 'p')).toBeUndefined();
	await vi.waitFor(() => expect(isClosed).toBe(true));
	expect(sent).toBeLessThan(16_000_000);
});

it('is asked for once at a time, however slow the store is', async () => {
	let asked = 0;
	const url = await storeOf(() => asked++);
	const spool = await inThread({ watermark: { url }, watermarkEveryMs: 1 });
	await vi.waitFor(() => expect(asked).toBe(1));
	await new Promise((resolve) => setTimeout(resolve, 100));
	expect(asked).toBe(1);
	await spool.close();
});
