import type { Requirement, RequirementSource } from './requirement.ts';

const SEPARATOR = ' > ';

/** A reference that leads nowhere. */
export interface BrokenProof {
	readonly id: string;
	readonly proof: string;
	readonly problem: 'no separator' | 'no such file' | 'no such test' | 'empty';
}

/** Titles of the tests and groups of a file that are run, undefined where there is no such file. */
export type TestTitles = (file: string) => ReadonlySet<string> | undefined;

/** File and title of a proof; undefined when it has not both. */
export function readProof(proof: string): { readonly file: string; readonly title: string } | undefined {
	const at = proof.indexOf(SEPARATOR);
	if (at < 1 || at + SEPARATOR.length >= proof.length) return undefined;
	return { file: proof.slice(0, at), title: proof.slice(at + SEPARATOR.length) };
}

function problemOf(proof: string, titlesOf: TestTitles): BrokenProof['problem'] | undefined {
	const read = readProof(proof);
	if (read === undefined) return 'no separator';
	const titles = titlesOf(read.file);
	if (titles === undefined) return 'no such file';
	return titles.has(read.title) ? undefined : 'no such test';
}

function brokenOf(id: string, requirement: Requirement, titlesOf: TestTitles): readonly BrokenProof[] {
	if (requirement.scope === 'OUT' || requirement.proof === 'later') return [];
	if (requirement.proof.length === 0) return [{ id, proof: '', problem: 'empty' }];
	return requirement.proof.flatMap((proof) => {
		const problem = problemOf(proof, titlesOf);
		return problem === undefined ? [] : [{ id, proof, problem }];
	});
}

/** Proofs whose file does not exist or has no test or group of that title, and requirements with an empty list of them. */
export function brokenProofs(sources: readonly RequirementSource[], titlesOf: TestTitles): readonly BrokenProof[] {
	return sources.flatMap(({ requirements }) =>
		Object.entries(requirements).flatMap(([id, requirement]) => brokenOf(id, requirement, titlesOf)),
	);
}
