import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { runCli } from '../commands/run-cli.ts';

const HOSTILE = 'time,who\r\n1,a\u001b]0;title\u0007\u009b2Jb\u202ec\rd\r\n';
const SHOWN = 'time,who\r\n1,a\\u001b]0;title\\u0007\\u009b2Jb\\u202ec\\u000dd\r\n';

/** What an observatory that is not to be trusted answers to everything. */
async function served(text: string): Promise<string> {
	const server = createServer((_request, response) => response.end(text)).listen(0, '127.0.0.1');
	await once(server, 'listening');
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function pretendTerminal(isTTY: boolean): void {
	const before = Object.getOwnPropertyDescriptor(process.stdout, 'isTTY');
	Object.defineProperty(process.stdout, 'isTTY', { value: isTTY, configurable: true });
	onTestFinished(() => {
		if (before === undefined) Reflect.deleteProperty(process.stdout, 'isTTY');
		else Object.defineProperty(process.stdout, 'isTTY', before);
	});
}

it('steers no terminal with what is exported, and writes it as it is elsewhere', async () => {
	const url = await served(HOSTILE);
	pretendTerminal(true);
	expect((await runCli(['audit', '--format', 'csv', '--url', url])).out).toBe(SHOWN);
	pretendTerminal(false);
	expect((await runCli(['audit', '--format', 'csv', '--url', url])).out).toBe(HOSTILE);
});

it('believes no server that a graph is harmless, nor that it is one', async () => {
	const node = { id: HOSTILE, tenant: 'default', kind: 'record', name: HOSTILE, distance: 0 };
	const graph = { start: [HOSTILE], nodes: [node], edges: [], isTruncated: false, limits: [], depthReached: 0 };
	const mermaid = async (body: string) => runCli(['lineage', 'x', '--format', 'mermaid', '--url', await served(body)]);
	const { code, out } = await mermaid(JSON.stringify(graph));
	expect(code).toBe(0);
	expect(out).toMatch(/^flowchart LR\n\tn0\["record time,who/);
	expect(out.replaceAll(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
	expect(await mermaid(HOSTILE)).toMatchObject({ code: 1, out: '' });
});
