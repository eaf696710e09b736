import type { TransformedRecord, ValidatedRecord } from '@pipeline/model';
import type { WorkUnit } from '../intake/work-unit.ts';
import type { ProcessOutcome } from '../processing/process-outcome.ts';
import type { OutputOrigin } from './beta-assembler.ts';

interface OpenOutput extends OutputOrigin {
	readonly unit: WorkUnit;
	readonly group: OutputGroup;
	isSettled: boolean;
}

interface OutputGroup {
	open: number;
	accepted: boolean;
}

/** Remembers which unit of work each transformed record belongs to, and ends the unit when all of them are settled. */
export class OutputLedger {
	readonly #outputs = new WeakMap<TransformedRecord, OpenOutput>();

	/** Takes in what came of a record. A unit that has no output ends here. */
	opened(_record: ValidatedRecord, outcome: ProcessOutcome, unit: WorkUnit): void {
		const { transformed } = outcome;
		const group: OutputGroup = { open: transformed.length, accepted: false };
		if (transformed.length === 0) unit.ledger?.close(unit.sources, false);
		const { priority, correlationId } = unit;
		for (const { record, lookups, cacheHits } of transformed) {
			this.#outputs.set(record, { unit, group, priority, correlationId, lookups, cacheHits, isSettled: false });
		}
	}

	/** Takes in a record that is handed over again on its own. */
	reopened(record: TransformedRecord, unit: WorkUnit): void {
		const { priority, correlationId } = unit;
		const group: OutputGroup = { open: 1, accepted: false };
		this.#outputs.set(record, { unit, group, priority, correlationId, lookups: 0, cacheHits: 0, isSettled: false });
	}

	originOf(record: TransformedRecord): OutputOrigin | undefined {
		return this.#outputs.get(record);
	}

	unitOf(record: TransformedRecord): WorkUnit | undefined {
		return this.#outputs.get(record)?.unit;
	}

	/**
	 * Ends one output; the first time counts, so a batch that is refused late changes nothing of what its sender was told. Its unit is
	 * accepted when at least one target schema was handed over.
	 */
	settled(record: TransformedRecord, accepted: boolean): void {
		const output = this.#outputs.get(record);
		if (!output || output.isSettled) return;
		output.isSettled = true;
		const { group, unit } = output;
		group.open -= 1;
		group.accepted ||= accepted;
		if (group.open === 0) unit.ledger?.close(unit.sources, group.accepted);
	}
}
