import type { Finding } from './finding.ts';
import { loadFromCore } from './registry.ts';
import { testTitles } from './source-text.ts';
import { textOf } from './tree.ts';

const FILE = 'packages/telemetry-core/src/requirements';

interface BrokenProof {
	readonly id: string;
	readonly proof: string;
	readonly problem: string;
}

interface Requirement {
	readonly scope: 'IN' | 'PART' | 'OUT';
	readonly reason?: string;
	readonly proof?: readonly string[] | 'later';
}

interface Source {
	readonly title: string;
	readonly requirements: Readonly<Record<string, Requirement>>;
}

type BrokenProofs = (
	sources: readonly Source[],
	titlesOf: (file: string) => ReadonlySet<string> | undefined,
) => readonly BrokenProof[];

function gaps(source: Source): readonly Finding[] {
	return Object.entries(source.requirements).flatMap(([id, { scope, reason = '', proof }]) => {
		if (scope !== 'IN' && reason === '') return [{ file: FILE, message: `${id} is ${scope} without a reason` }];
		if (scope !== 'OUT' && proof === undefined)
			return [{ file: FILE, message: `${id} has neither a proof nor "later"` }];
		return [];
	});
}

function titlesIn(root: string, file: string): ReadonlySet<string> | undefined {
	const text = textOf(root, file);
	if (text === undefined || !/^(?:packages|apps|tooling)\/.*\/test\/.*\.test\.ts$/.test(file)) return undefined;
	return testTitles(file, text);
}

/** Every requirement in scope names tests that exist or says `later`; every one out of scope says why. */
export async function checkRequirementMap(root: string): Promise<readonly Finding[]> {
	const loaded = await loadFromCore(root, 'requirements/index.ts');
	if (loaded === undefined) return [];
	const sources = loaded['REQUIREMENT_SOURCES'] as readonly Source[];
	const broken = (loaded['brokenProofs'] as BrokenProofs)(sources, (file) => titlesIn(root, file));
	return [
		...sources.flatMap(gaps),
		...broken.map(({ id, proof, problem }) => ({ file: FILE, message: `${id}: ${problem}: ${proof}` })),
	];
}
