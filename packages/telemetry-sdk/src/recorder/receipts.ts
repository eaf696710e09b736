import type { EpochKeys } from '@pipeline/telemetry-core';

/** What is needed to read journals of this process besides their words. */
export interface ReceiptContext {
	/** Keys of an epoch, from which span ids are made; undefined when they are no longer kept. */
	keysOf(epoch: number): EpochKeys | undefined;
	/** The text behind an id of the process's string table; empty for an unknown one. */
	nameOf(id: number): string;
}
