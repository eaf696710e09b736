export type AuditFindingKind =
	/** An entry does not say what it said when it was sealed, or what its producer says. */
	| 'EDITED'
	/** Entries of a block are not there any more. */
	| 'DELETED'
	/** An entry was not there when its block was sealed. */
	| 'INSERTED'
	/** An entry stands where another stood. */
	| 'REORDERED'
	/** The end is missing: a checkpoint names a block behind it. */
	| 'TRUNCATED'
	/** A block is not the one that was sealed. */
	| 'BLOCK_CHANGED'
	/** Blocks are not there any more. */
	| 'BLOCK_DELETED'
	/** A block or checkpoint was not signed with the key. */
	| 'FORGED'
	/** A producer has written entries that did not come, while later ones did. */
	| 'PRODUCER_GAP'
	/** A producer has an entry that is not here. */
	| 'NOT_STORED';

/** Something that is not as it was sealed, and where. */
export interface AuditFinding {
	readonly kind: AuditFindingKind;
	/** Chain, or producer where it is about one. */
	readonly chain: string;
	readonly block?: number;
	/** Numbers of the entries it is about, both included. */
	readonly firstSeq?: number;
	readonly lastSeq?: number;
	readonly eventId?: string;
	readonly message: string;
}

/** What was found of one chain. */
export interface ChainReport {
	readonly chain: string;
	readonly blocks: number;
	/** Entries that were held against their seals. */
	readonly entries: number;
	/** Entries that retention has taken away, by their blocks. */
	readonly expired: number;
	/** Entries that are stored and not sealed yet: of an append that goes on, or that the end of a process cut off. */
	readonly unsealed: number;
	readonly lastSeq: number;
	/** Up to here a checkpoint outside the store says the same; 0 without one. */
	readonly vouchedSeq: number;
	/** Hexadecimal; to be noted elsewhere. */
	readonly lastBlockHash: string;
}

export interface AuditReport {
	readonly isIntact: boolean;
	/** The first 1,000. */
	readonly findings: readonly AuditFinding[];
	readonly findingCount: number;
	readonly chains: readonly ChainReport[];
	/** What was not proven, in words. */
	readonly notes: readonly string[];
	readonly elapsedMs: number;
}

const MAX_FINDINGS = 1_000;

/** Collects findings; keeps the first ones. */
export class Findings {
	readonly list: AuditFinding[] = [];
	#count = 0;

	get count(): number {
		return this.#count;
	}

	add(finding: AuditFinding): void {
		this.#count++;
		if (this.list.length < MAX_FINDINGS) this.list.push(finding);
	}
}
