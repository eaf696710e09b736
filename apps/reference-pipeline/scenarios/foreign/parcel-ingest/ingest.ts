// Someone else's ingestion: no classes, only functions around one closure; the far end answers when it likes.

export interface Item {
	readonly id: number;
	readonly weight: number;
}

export interface Check {
	readonly grade: 'ok' | 'refused';
	readonly item: Item;
}

export interface Parcel {
	readonly number: number;
	readonly items: readonly Item[];
}

export interface Answer {
	readonly parcel: number;
	readonly taken: boolean;
}

/** What became of a line: one of the two. */
export interface Unwrapped {
	readonly item?: Item;
	readonly trouble?: string;
}

export interface Slip {
	readonly about: object;
	readonly why: string;
}

/** What the module offers, as one object of functions. */
export function createIngest(parcelSize: number) {
	const journal: string[] = [];
	const open = new Map<number, Parcel>();
	let parcels = 0;

	return {
		unwrap(line: string): Unwrapped {
			const [id, weight] = line.split(';').map(Number);
			if (Number.isNaN(id) || weight === undefined || Number.isNaN(weight)) return { trouble: 'not a parcel line' };
			return { item: { id: id as number, weight } };
		},
		inspect(item: Item): Check {
			return { grade: item.weight > 100 ? 'refused' : 'ok', item: { ...item } };
		},
		refuse(slip: Slip): void {
			journal.push(`refused: ${slip.why}`);
		},
		pack(items: readonly Item[]): Parcel[] {
			const packed: Parcel[] = [];
			for (let from = 0; from < items.length; from += parcelSize)
				packed.push({ number: ++parcels, items: items.slice(from, from + parcelSize) });
			return packed;
		},
		dispatch(parcel: Parcel): void {
			open.set(parcel.number, parcel);
		},
		answered({ parcel, taken }: Answer): void {
			journal.push(`parcel ${parcel}: ${taken ? 'taken' : 'lost'}, ${open.get(parcel)?.items.length ?? 0} items`);
			open.delete(parcel);
		},
		journal: (): readonly string[] => journal,
	};
}

export type Ingest = ReturnType<typeof createIngest>;
