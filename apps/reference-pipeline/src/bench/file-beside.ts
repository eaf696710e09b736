import { existsSync } from 'node:fs';

/** A file of this folder that is a process's own entry, whether this is the built application or its source. */
export function fileBeside(name: string): URL {
	const built = new URL(`./${name}.js`, import.meta.url);
	return existsSync(built) ? built : new URL(`./${name}.ts`, import.meta.url);
}
