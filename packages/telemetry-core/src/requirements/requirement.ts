/** Functional, performance, compliance, operational. */
export type RequirementKind = 'F' | 'P' | 'C' | 'O';

/**
 * Tests that prove a requirement, each as `<test file> > <title>`: the file relative to the repository, the title of
 * one test or group in it as it is written there; or `later` while nothing proves it. A test proves a requirement only
 * if it fails once the requirement is violated.
 */
export type Proof = readonly string[] | 'later';

interface Described {
	/** What is asked, in a few words. */
	readonly title: string;
	/** Empty for a non-goal. */
	readonly kinds: readonly RequirementKind[];
}

/** Met by the framework itself. */
export interface RequirementInScope extends Described {
	readonly scope: 'IN';
	/** Where the framework's part ends, if it is not the whole. */
	readonly note?: string;
	readonly proof: Proof;
}

/** The framework gives the evidence; the control itself belongs elsewhere. */
export interface RequirementInPart extends Described {
	readonly scope: 'PART';
	/** Who does what. */
	readonly reason: string;
	readonly proof: Proof;
}

/** Not a concern of telemetry. */
export interface RequirementOutOfScope extends Described {
	readonly scope: 'OUT';
	readonly reason: string;
}

export type Requirement = RequirementInScope | RequirementInPart | RequirementOutOfScope;

/** Requirements of one source document (or chapter) by id. */
export type RequirementList = Readonly<Record<string, Requirement>>;

/** One source document with its requirements, in the document's order. */
export interface RequirementSource {
	readonly title: string;
	readonly requirements: RequirementList;
}
