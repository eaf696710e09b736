import type { Requirement, RequirementSource } from './requirement.ts';

const SEPARATOR = ' > ';

/** A reference that leads nowhere. */
export interface BrokenProof {
	readonly id: string;
	readonly proof: string;
	readonly problem: 'no separator' | 'no such file' | 'no such test' | 'empty';
}

function problemOf(proof: string, readTest: (file: string) => string | undefined): BrokenProof['problem'] | undefined {
	const at = proof.indexOf(SEPARATOR);
	if (at < 1 || at + SEPARATOR.length >= proof.length) return 'no separator';
	const text = readTest(proof.slice(0, at));
	if (text === undefined) return 'no such file';
	return text.includes(proof.slice(at + SEPARATOR.length)) ? undefined : 'no such test';
}

function brokenOf(
	id: string,
	requirement: Requirement,
	readTest: (file: string) => string | undefined,
): readonly BrokenProof[] {
	if (requirement.scope === 'OUT' || requirement.proof === 'later') return [];
	if (requirement.proof.length === 0) return [{ id, proof: '', problem: 'empty' }];
	return requirement.proof.flatMap((proof) => {
		const problem = problemOf(proof, readTest);
		return problem === undefined ? [] : [{ id, proof, problem }];
	});
}

/**
 * Proofs whose file does not exist or does not contain the test's name, and requirements with an empty list of them.
 * `readTest` gives the text of a file named relative to the repository, undefined where there is none.
 */
export function brokenProofs(
	sources: readonly RequirementSource[],
	readTest: (file: string) => string | undefined,
): readonly BrokenProof[] {
	return sources.flatMap(({ requirements }) =>
		Object.entries(requirements).flatMap(([id, requirement]) => brokenOf(id, requirement, readTest)),
	);
}
