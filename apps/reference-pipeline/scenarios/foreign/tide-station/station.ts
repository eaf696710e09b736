// Someone else's ingestion: its own names, private state, frozen rows and readings that nothing can be written on.

export interface Row {
	readonly mark: string;
	readonly metres: string;
}

/** Working space of one row while it is on its way through the station. */
export interface Bench {
	readonly row: Row;
	attempts: number;
}

export interface Criterion {
	readonly code: string;
	readonly limit: number;
}

/** What became of a row: one of the two. */
export interface Interpretation {
	readonly reading?: Reading;
	readonly illegible?: true;
}

export interface Verdict {
	readonly good: boolean;
	readonly broken: readonly string[];
}

export class Reading {
	readonly #mark: string;
	readonly #level: number;

	constructor(mark: string, level: number) {
		this.#mark = mark;
		this.#level = level;
		Object.freeze(this);
	}

	get mark(): string {
		return this.#mark;
	}

	get level(): number {
		return this.#level;
	}

	toJSON() {
		return { mark: this.#mark, level: this.#level };
	}
}

export class Feed {
	readonly #rows: readonly Row[];

	constructor(rows: readonly Row[]) {
		this.#rows = rows;
	}

	async *trickle(): AsyncGenerator<Row> {
		for (const row of this.#rows) yield Object.freeze({ ...row });
	}
}

export class Reader {
	interpret(row: Row, bench: Bench): Interpretation {
		bench.attempts++;
		const level = Number(row.metres);
		return Object.freeze(Number.isNaN(level) ? { illegible: true } : { reading: new Reading(row.mark, level) });
	}
}

export class Assessor {
	readonly #criteria: readonly Criterion[];

	constructor(criteria: readonly Criterion[]) {
		this.#criteria = criteria;
	}

	weigh(reading: Reading, bench: Bench): Verdict {
		bench.attempts++;
		const broken = this.#criteria.filter((criterion) => !this.meets(criterion, reading)).map(({ code }) => code);
		return Object.freeze({ good: broken.length === 0, broken });
	}

	meets({ limit }: Criterion, reading: Reading): boolean {
		return reading.level <= limit;
	}
}

export class Shelf {
	readonly #aside: string[] = [];

	put(reason: string, { row }: Bench): void {
		this.#aside.push(`${row.mark}: ${reason}`);
	}

	get contents(): readonly string[] {
		return this.#aside;
	}
}

export class Outlet {
	readonly #released: Reading[] = [];

	async release(load: readonly { readonly bench: Bench; readonly reading: Reading }[]): Promise<number> {
		for (const { reading } of load) this.#released.push(reading);
		return load.length;
	}

	get contents(): readonly Reading[] {
		return this.#released;
	}
}

/** Reads a feed to its end. */
export class Station {
	readonly #reader = new Reader();
	readonly #assessor = new Assessor([{ code: 'too-high', limit: 9 }]);
	readonly #shelf = new Shelf();
	readonly #outlet = new Outlet();

	async work(feed: Feed): Promise<object> {
		const load: { bench: Bench; reading: Reading }[] = [];
		for await (const row of feed.trickle()) {
			const bench: Bench = { row, attempts: 0 };
			const { reading } = this.#reader.interpret(row, bench);
			await Promise.resolve();
			if (reading === undefined) this.#shelf.put('illegible', bench);
			else if (this.#assessor.weigh(reading, bench).good) load.push({ bench, reading });
			else this.#shelf.put('implausible', bench);
		}
		const released = await this.#outlet.release(load);
		return { released, outlet: this.#outlet.contents, shelf: this.#shelf.contents };
	}
}
