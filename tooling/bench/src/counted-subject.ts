import type { BenchSubject } from './plan.ts';

/** A subject together with how much work it owes to its next verification. */
export interface CountedSubject {
	readonly run: (records: number) => void | Promise<void>;
	readonly flush: () => Promise<void>;
	readonly runOne: (() => void | Promise<void>) | undefined;
	readonly takeLatenciesMs: () => readonly number[];
	/** Throws what the subject throws when the work since the last call was not done. */
	readonly verify: () => Promise<void>;
	readonly close: () => Promise<void>;
}

/** Counts the records a subject is given, so that every verification knows the number it must find. */
export function countedSubject(subject: BenchSubject): CountedSubject {
	let owed = 0;
	const { runOne } = subject;
	return {
		run: (records) => {
			owed += records;
			return subject.run(records);
		},
		flush: async () => subject.flush?.(),
		runOne:
			runOne === undefined
				? undefined
				: () => {
						owed += 1;
						return runOne();
					},
		takeLatenciesMs: () => subject.takeLatenciesMs?.() ?? [],
		verify: async () => {
			const records = owed;
			owed = 0;
			await subject.flush?.();
			await subject.verify(records);
		},
		close: async () => subject.close?.(),
	};
}
