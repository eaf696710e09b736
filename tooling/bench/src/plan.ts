/** Something whose cost is measured: the work without telemetry, or the same work with it. */
export interface BenchSubject {
	/** Works off this many records: the hot path. */
	readonly run: (records: number) => void | Promise<void>;
	/** Does what the hot path put off, such as encoding and export. Counts as CPU, not as hot path. */
	readonly flush?: () => void | Promise<void>;
	/** Works off one record, for latency percentiles. Without it there are none. */
	readonly runOne?: () => void | Promise<void>;
	/** Latencies of the records since the last call, in milliseconds, where `run` is what measures them. */
	readonly takeLatenciesMs?: () => readonly number[];
	/** Throws unless the work of exactly this many records was done since the last call (or since the subject was made). */
	readonly verify: (records: number) => void | Promise<void>;
	readonly close?: () => void | Promise<void>;
}

/** Makes a subject with state of its own. Called once per process and row of the table. */
export type SubjectFactory = () => BenchSubject | Promise<BenchSubject>;

/** What is compared with what, and how often. */
export interface BenchPlan {
	readonly name: string;
	/** What one record is, so that percentages mean something, e.g. `13 stages, 1 KB`. */
	readonly record: string;
	readonly base: SubjectFactory;
	/** Row of the table -> subject measured against the base. */
	readonly modes: Readonly<Record<string, SubjectFactory>>;
	/** Row of the table -> what it is measured against instead: the difference of two rows, pair by pair. @default none */
	readonly bases?: Readonly<Record<string, SubjectFactory>>;
	/** Long enough that a batch takes some milliseconds: shorter ones measure the clock. */
	readonly recordsPerBatch: number;
	/** Pairs of batches per process and mode. @default 250 */
	readonly pairs?: number;
	/** Fresh processes. @default 5 */
	readonly processes?: number;
	/** Batches of every subject before anything is measured. @default 20 */
	readonly warmUpBatches?: number;
	/** Records per subject for latency percentiles. @default 20000 */
	readonly latencyRecords?: number;
}

/** Name of the row that measures the base against a second base: its spread is the noise of this run. */
export const CONTROL = 'A/A control';

/** The plan with every default filled in. */
export type ResolvedPlan = Required<BenchPlan>;

/** Fills in the defaults; `overrides` (from a command line, a test) win over the plan. */
export function resolvePlan(plan: BenchPlan, overrides: Partial<BenchPlan> = {}): ResolvedPlan {
	const defaults = { bases: {}, pairs: 250, processes: 5, warmUpBatches: 20, latencyRecords: 20_000 };
	return { ...defaults, ...plan, ...overrides };
}
