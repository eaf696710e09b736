/** One thing a check holds against the tree. */
export interface Finding {
	/** Relative to the repository, with forward slashes. */
	readonly file: string;
	/** Counted from 1. */
	readonly line?: number;
	/** What is wrong and what to do. */
	readonly message: string;
}

/** A gate: what it found wrong below `root`, the repository. An empty list is a pass. */
export type Check = (root: string) => readonly Finding[] | Promise<readonly Finding[]>;

/** `file:line message`, as terminals and editors link it. */
export function formatFinding({ file, line, message }: Finding): string {
	return `${line === undefined ? file : `${file}:${line}`} ${message}`;
}
