import { spawnSync } from 'node:child_process';
import type { Finding } from './finding.ts';
import type { Manifest } from './tree.ts';

/** Loads every entry that is code, in both ways; what it prints are the entries that cannot be loaded. */
const LOADING = `
const [name, entries] = JSON.parse(process.env.ENTRIES);
for (const entry of entries) {
	for (const [how, load] of [['require', require], ['import', (id) => import(id)]]) {
		try {
			await load(name + entry.slice(1));
		} catch (error) {
			console.log(how + " of '" + entry + "': " + error.message.split('\\n')[0]);
		}
	}
}`;
const MAX_MS = 60_000;

/**
 * A file that is there and has types may still not parse. Loads all entries of a built package from its own folder, as those who install it do.
 *
 * @param folder absolute path of the package, built
 */
export function checkEntries(folder: string, { name = '', exports }: Manifest): readonly Finding[] {
	const entries = Object.keys(exports ?? {}).filter((entry) => !entry.endsWith('.json'));
	const { status, stdout, stderr } = spawnSync(
		process.execPath,
		['--input-type=commonjs', '--eval', `(async () => {${LOADING}})().then(() => process.exit())`],
		{
			cwd: folder,
			encoding: 'utf8',
			timeout: MAX_MS,
			// Entries that switch telemetry on are to be loaded only.
			env: { ...process.env, ENTRIES: JSON.stringify([name, entries]), NODE_OPTIONS: '', TELEMETRY_ENABLED: 'false' },
		},
	);
	const printed = stdout.split('\n').filter((line) => line !== '');
	const lines = status === 0 ? printed : [...printed, `loading its entries ended with ${status}: ${stderr.trim()}`];
	return lines.map((message) => ({ file: name, message }));
}
