import type { Finding } from './finding.ts';
import type { PackedPackage } from './packing.ts';

const MAX_UNPACKED_BYTES = 4 * 1024 * 1024;

function dependencyFindings(name: string, dependencies: Readonly<Record<string, string>>): readonly string[] {
	return Object.entries(dependencies).flatMap(([dependency, range]) => {
		if (/^(?:workspace|catalog|link|file):/.test(range)) return [`${name}: ${dependency} ships as ${range}`];
		if (/^\d/.test(range)) return [`${name}: ${dependency} ships pinned to ${range}: publish a range`];
		return [];
	});
}

/** What is inside a tarball is what its users need: no workspace ranges, no pins, no sources' condition, no tests. */
export function checkPackedManifest(packed: PackedPackage): readonly Finding[] {
	const { name, manifest, files, unpackedBytes } = packed;
	const strays = files.filter((file) => /(?:^|\/)(?:test|bench|src)\/|\.test\.|tsconfig|\.turbo/.test(file));
	const messages = [
		...dependencyFindings(name, manifest.dependencies ?? {}),
		...dependencyFindings(name, manifest.peerDependencies ?? {}),
		...(JSON.stringify(manifest.exports ?? {}).includes('@pipeline/source')
			? [`${name}: exports lead to sources`]
			: []),
		...strays.map((file) => `${name}: ships ${file}`),
		...(files.some((file) => file.startsWith('dist/')) ? [] : [`${name}: ships no dist: build it first`]),
		...(files.some((file) => /^LICEN[CS]E/.test(file)) ? [] : [`${name}: ships no LICENSE`]),
		...(unpackedBytes > MAX_UNPACKED_BYTES ? [`${name}: ${unpackedBytes} bytes unpacked`] : []),
	];
	return messages.map((message) => ({ file: name, message }));
}
