import type { Exported } from './assertions.ts';

/** The tables of one module, as `telemetry-core/registry` exports them: `gammaEntries`, `integrationEntries`, a team's own extension. */
export interface PromisedEntries {
	readonly spans: Readonly<Record<string, object>>;
	readonly events: Readonly<Record<string, object>>;
	readonly metrics: Readonly<Record<string, object>>;
}

/** Reason -> what is not emitted yet, as the ledger writes it: `span x`, `event x`, `metric x`, `span x: event y`. */
export type NotYet = Readonly<Record<string, readonly string[]>>;

/** Both lists are empty when the registry, the package and the list of exceptions agree. Sorted. */
export interface LedgerBalance {
	/** Promised by the registry, seen nowhere, without a reason. */
	readonly missing: readonly string[];
	/** Given a reason, although it was seen or nobody promises it: take it off the list. */
	readonly needless: readonly string[];
}

/** Everything the registry's tables promise: each span, each event of a span, each audit and telemetry event, each metric. */
export function promisedNames({ spans, events, metrics }: PromisedEntries): ReadonlySet<string> {
	const names = new Set<string>();
	for (const [name, entry] of Object.entries(spans)) {
		const { events: own = [] } = entry as { readonly events?: readonly string[] };
		names.add(`span ${name}`);
		for (const event of own) names.add(`span ${name}: event ${event}`);
	}
	for (const name of Object.keys(events)) names.add(`event ${name}`);
	for (const name of Object.keys(metrics)) names.add(`metric ${name}`);
	return names;
}

/** Everything that was exported, in the words of {@link promisedNames}. Spans of other instrumentations are in it too. */
export function emittedNames({ spans, events, metrics = [] }: Exported): ReadonlySet<string> {
	const names = new Set<string>();
	for (const span of spans) {
		names.add(`span ${span.name}`);
		for (const event of span.events) names.add(`span ${span.name}: event ${event.name}`);
	}
	for (const { name } of events) names.add(`event ${name}`);
	for (const { name } of metrics) names.add(`metric ${name}`);
	return names;
}

/**
 * Proves that a package emits what the registry promises for it. Add what each scenario exported, then balance. What is promised and not
 * seen needs a reason; a reason that is no longer needed is a finding too, so that the list only shrinks.
 */
export class EmissionLedger {
	readonly #promised: ReadonlySet<string>;
	readonly #seen = new Set<string>();

	/** @param tables one module's tables, or several when a package emits for several */
	constructor(...tables: readonly PromisedEntries[]) {
		this.#promised = new Set(tables.flatMap((entries) => [...promisedNames(entries)]));
	}

	/** Counts what one scenario exported. Ask the harness for its metrics before the module stops: gauges end with it. */
	add(exported: Exported): void {
		for (const name of emittedNames(exported)) this.#seen.add(name);
	}

	/** What the registry, the scenarios so far and the exceptions disagree about. */
	balance(notYet: NotYet = {}): LedgerBalance {
		const excused = new Set(Object.values(notYet).flat());
		return {
			missing: [...this.#promised].filter((name) => !this.#seen.has(name) && !excused.has(name)).sort(),
			needless: [...excused].filter((name) => this.#seen.has(name) || !this.#promised.has(name)).sort(),
		};
	}
}
