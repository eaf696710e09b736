import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// `pnpm --filter @pipeline/telemetry-store bench <name> [options]`: what stands after the name is the bench's own.

const [name = ''] = process.argv.splice(2, 1);
const file = new URL(`./${name}.bench.ts`, import.meta.url);

if (/^[a-z-]+$/.test(name) && existsSync(fileURLToPath(file))) await import(file.href);
else {
	process.stderr.write('bench: name one of store-query, store-ingest, store-verify, store-kill\n');
	process.exitCode = 1;
}
