import type { FilledGroup } from './group-writer.ts';

/** Groups that the spool's thread has, and that are not on disk yet. */
export class PostedGroups {
	/** By the number of their buffer, the oldest first. */
	readonly #groups = new Map<number, { readonly group: FilledGroup; readonly sinceMs: number }>();
	/** Entries in them. */
	entries = 0;
	/** Groups so far, those on disk as well. */
	count = 0;

	/** Milliseconds that the oldest has waited; 0 when there is none. */
	get waitedMs(): number {
		for (const { sinceMs } of this.#groups.values()) return performance.now() - sinceMs;
		return 0;
	}

	add(group: FilledGroup): void {
		this.#groups.set(group.buffer.number, { group, sinceMs: performance.now() });
		this.entries += group.entries;
		this.count++;
	}

	/** The group is on disk. @returns the group; undefined for one that is not here */
	take(number: number): FilledGroup | undefined {
		const { group } = this.#groups.get(number) ?? {};
		if (group === undefined) return undefined;
		this.#groups.delete(number);
		this.entries -= group.entries;
		return group;
	}

	all(): readonly FilledGroup[] {
		return Array.from(this.#groups.values(), ({ group }) => group);
	}
}
