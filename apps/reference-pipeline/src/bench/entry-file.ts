import { existsSync } from 'node:fs';

/** The file with which a process begins: what was built of this source, or in the source tree the source itself. */
export function entryFile(source: URL): URL {
	const built = new URL(source.href.replace(/\.ts$/, '.js'));
	return existsSync(built) ? built : source;
}
