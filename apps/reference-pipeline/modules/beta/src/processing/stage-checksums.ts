import { checksumOf, type Fields, type IntermediateRecord } from '@pipeline/model';

type Checksums = NonNullable<IntermediateRecord['stageChecksums']>;

/** Takes checksums of a record's fields before and after a stage, when it is switched on. */
export class StageChecksums {
	readonly enabled: boolean;

	constructor(enabled: boolean) {
		this.enabled = enabled;
	}

	/** The given checksums with those of one stage added; a stage that runs twice keeps its first `before`. */
	around(
		known: Checksums | undefined,
		stage: IntermediateRecord['stage'],
		before: Fields,
		after: Fields,
	): Checksums | undefined {
		if (!this.enabled) return known && Object.keys(known).length > 0 ? known : undefined;
		const first = known?.[stage]?.before ?? checksumOf(before);
		return { ...known, [stage]: { before: first, after: checksumOf(after) } };
	}
}
