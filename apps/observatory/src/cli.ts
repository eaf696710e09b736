import { readFileSync } from 'node:fs';

// Imports nothing that an old Node cannot load, or only half: the store must not be opened before something is found missing.

const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
	readonly engines: { readonly node: string };
};
const wanted = engines.node.replace('>=', '');

if (isOlder(process.versions.node, wanted)) {
	process.stderr.write(
		`observatory: Node ${process.versions.node} is too old, ${wanted} or later is needed; ` +
			'`npx -y pnpm@12.21.0 run observatory` brings Node 24 on Linux\n',
	);
	process.exitCode = 1;
} else {
	await import('./command-line.ts');
}

function isOlder(version: string, minimum: string): boolean {
	const [major = 0, minor = 0] = version.split('.').map(Number);
	const [leastMajor = 0, leastMinor = 0] = minimum.split('.').map(Number);
	return major < leastMajor || (major === leastMajor && minor < leastMinor);
}
