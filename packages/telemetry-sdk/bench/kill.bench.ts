import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifySpool } from '../src/spool/verify-spool.ts';
import { killWriter } from '../test/spool/kill.ts';

// node --conditions=@pipeline/source bench/kill.bench.ts [kills]: processes that write audit are killed at random moments.

const kills = Number(process.argv[2] ?? 100);
const MAX_MS = 400;
let durable = 0;
let lost = 0;
let broken = 0;
let unfinished = 0;
for (let kill = 0; kill < kills; kill++) {
	const path = mkdtempSync(join(tmpdir(), 'kill-'));
	const said = await killWriter(path, Math.random() * MAX_MS);
	const [report] = await verifySpool(path);
	durable += said;
	lost += Math.max(0, said - (report?.lastSeq ?? 0));
	if (report?.isIntact !== true) broken++;
	if ((report?.unfinishedBytes ?? 0) > 0) unfinished++;
	rmSync(path, { recursive: true });
	process.stderr.write(`\r${kill + 1} of ${kills}`);
}
process.stderr.write('\n');
console.log(
	JSON.stringify({
		bench: 'kill',
		kills,
		durableEntries: durable,
		lostEntries: lost,
		brokenChains: broken,
		unfinishedWrites: unfinished,
	}),
);
if (lost > 0 || broken > 0) process.exitCode = 1;
