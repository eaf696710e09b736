import { readFileSync } from 'node:fs';

// Imports nothing that an old Node cannot load: a missing export elsewhere would end the process before any of this runs.

export interface GuardedCommand {
	/** As whoever started it knows it. */
	readonly name: string;
	/** The `package.json` that says which Node is needed. */
	readonly manifest: URL;
	/** Loads the command, which runs by that. */
	readonly load: () => Promise<unknown>;
	/** How a Node that is new enough is got, where there is an easy way. */
	readonly remedy?: string;
}

/** Runs a command where Node is new enough; else says which one is needed, and the process ends with 1. */
export async function onNewNode({ name, manifest, load, remedy }: GuardedCommand): Promise<void> {
	const { engines } = JSON.parse(readFileSync(manifest, 'utf8')) as { readonly engines: { readonly node: string } };
	const wanted = engines.node.replace('>=', '');
	if (!isOlder(process.versions.node, wanted)) {
		await load();
		return;
	}
	const hint = remedy === undefined ? '' : `; ${remedy}`;
	process.stderr.write(`${name}: Node ${process.versions.node} is too old, ${wanted} or later is needed${hint}\n`);
	process.exitCode = 1;
}

function isOlder(version: string, minimum: string): boolean {
	const [major = 0, minor = 0] = version.split('.').map(Number);
	const [leastMajor = 0, leastMinor = 0] = minimum.split('.').map(Number);
	return major < leastMajor || (major === leastMajor && minor < leastMinor);
}
