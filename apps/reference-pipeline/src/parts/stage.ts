import type { ModuleLogs } from '@pipeline/telemetry-sdk';
import type { Terminal } from '../run/outcomes.ts';

/** What a stage tells while it works. */
export interface StageReport {
	readonly terminal: (terminal: Terminal) => void;
	/** Records that came to be since the last call. */
	readonly ingested: (count: number) => void;
	/** A record, or what never became one, is processed again. */
	readonly replayed?: (subject: string) => void;
	/** An entry stays in its queue: it was replayed too often, or is gone. */
	readonly notReplayed?: (entryId: string, reason: string) => void;
	/** Records that a fault has slowed down. */
	readonly slowed?: (recordIds: readonly string[]) => void;
	/** So many of its last records failed, as a share, that a module begins no more until an operator says so. */
	readonly halted?: (errorRate: number) => void;
	/** Takes what modules say of themselves. */
	readonly logs?: ModuleLogs | undefined;
}

/** One module with its ends of the integration layer. */
export interface Stage {
	start(): Promise<void>;
	/** Resolves when it has done all work that it can see. */
	drained(): Promise<void>;
	/** Begins no new work; what was begun is finished by `drained`. */
	interrupt(): void;
	stop(): Promise<void>;
}
