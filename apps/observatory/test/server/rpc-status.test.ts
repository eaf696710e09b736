import { expect, it } from 'vitest';
import { isLocalHost } from '../../src/server/allowed-host.ts';
import { rpcStatus } from '../../src/server/rpc-status.ts';

it('writes the status of gRPC in both encodings', () => {
	expect(JSON.parse(rpcStatus(429, 'later', 'json').toString())).toEqual({ code: 8, message: 'later' });
	expect(rpcStatus(400, 'ab', 'protobuf')).toEqual(Buffer.from([0x08, 3, 0x12, 2, 0x61, 0x62]));
	const long = 'ü'.repeat(100);
	expect(rpcStatus(500, long, 'protobuf')).toEqual(
		Buffer.concat([Buffer.from([0x08, 13, 0x12, 0xc8, 0x01]), Buffer.from(long)]),
	);
});

it('knows its own names', () => {
	for (const host of ['localhost', 'localhost:4320', '127.0.0.1:4320', '[::1]:4320', '[::1]', 'LOCALHOST:1']) {
		expect(isLocalHost(host), host).toBe(true);
	}
	for (const host of [undefined, '', 'evil.example', 'evil.example:4320', 'localhost.evil.example', '10.0.0.1:4320']) {
		expect(isLocalHost(host), String(host)).toBe(false);
	}
});
