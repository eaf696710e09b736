import { OtlpError } from './otlp-error.ts';
import type { OtlpEncoding } from './otlp-types.ts';
import { RecentTexts } from './recent-texts.ts';

/** Largest request, in bytes after any compression was undone. JSON is parsed in one go, and holds up everything else meanwhile. */
const MAX_BODY_BYTES = { protobuf: 33_554_432, json: 8_388_608 } as const satisfies Record<OtlpEncoding, number>;
/** Spans, log records and metrics of one request. */
const MAX_ITEMS = 131_072;
/** Resources and scopes of one request, empty ones too: nobody gets a turn while there are no items. */
const MAX_SOURCES = 65_536;
/** Attributes, list entries, events, links, points and numbers of one request: two bytes of it can make one of them. */
const MAX_VALUES = 2_000_000;
/** The same of one item, which is read without a pause. */
const MAX_ITEM_VALUES = 250_000;
/** Lists and maps inside each other. */
const MAX_DEPTH = 32;

/** What one request may still make its reader build, and what need not be built again. */
export class OtlpBudget {
	readonly texts = new RecentTexts();
	#items = MAX_ITEMS;
	#sources = MAX_SOURCES;
	#values = MAX_VALUES;
	#itemValues = MAX_ITEM_VALUES;

	/** An item comes next. @throws OtlpError `OTLP_TOO_LARGE` */
	takeItem(): void {
		this.#itemValues = MAX_ITEM_VALUES;
		if (this.#items-- <= 0) throw new OtlpError('OTLP_TOO_LARGE', `A request has at most ${MAX_ITEMS} items.`);
	}

	/** A resource or a scope comes next. @throws OtlpError `OTLP_TOO_LARGE` */
	takeSource(): void {
		if (this.#sources-- > 0) return;
		throw new OtlpError('OTLP_TOO_LARGE', `A request has at most ${MAX_SOURCES} resources and scopes.`);
	}

	/** @throws OtlpError `OTLP_TOO_LARGE` */
	takeValue(): void {
		if (this.#itemValues-- <= 0) {
			throw new OtlpError('OTLP_TOO_LARGE', `An item has at most ${MAX_ITEM_VALUES} values.`);
		}
		if (this.#values-- <= 0) throw new OtlpError('OTLP_TOO_LARGE', `A request has at most ${MAX_VALUES} values.`);
	}
}

/** @throws OtlpError `OTLP_TOO_LARGE` */
export function checkDepth(depth: number): void {
	if (depth > MAX_DEPTH) throw new OtlpError('OTLP_TOO_LARGE', `Values are at most ${MAX_DEPTH} levels deep.`);
}

/** @throws OtlpError `OTLP_TOO_LARGE` */
export function checkBodySize({ length }: Uint8Array, encoding: OtlpEncoding): void {
	const maxBytes = MAX_BODY_BYTES[encoding];
	if (length > maxBytes) throw new OtlpError('OTLP_TOO_LARGE', `A request has at most ${maxBytes} bytes.`);
}
