import type { FrameFault, RowScanner, ScanResult } from './row-scanner.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/**
 * Rows are the elements of an array; a file that holds anything else is one row. Follows brackets and strings only, with a counter for
 * the depth, so that nesting costs no memory and each row keeps the bytes it has in the file. Hot path.
 */
export class JsonScanner implements RowScanner {
	/** Two commas without an element between them are a damaged row. */
	readonly keepsEmptyRows = true;
	end = 0;
	next = 0;
	#state: 'START' | 'DOCUMENT' | 'ELEMENT' | 'CLOSED' = 'START';
	#depth = 0;
	#isInString = false;
	#isEscaped = false;
	#sawElement = false;
	/** Whether the current element has a character besides white space. */
	#hasContent = false;

	scan(text: string, from: number): ScanResult {
		if (this.#state === 'DOCUMENT') return 'MORE';
		if (this.#state === 'ELEMENT') return this.#element(text, from);
		const at = skipSpace(text, from);
		if (at === text.length) return this.#go('SKIP', at, at);
		if (this.#state === 'CLOSED') return 'BROKEN';
		const isArray = text.charCodeAt(at) === OPEN_ARRAY;
		this.#state = isArray ? 'ELEMENT' : 'DOCUMENT';
		return isArray ? this.#go('SKIP', at, at + 1) : 'MORE';
	}

	missing(): FrameFault | undefined {
		if (this.#state === 'START') return { code: 'PARSE_005_TRUNCATED', expected: 'a JSON value' };
		return this.#state === 'ELEMENT' ? { code: 'PARSE_005_TRUNCATED', expected: 'the end of the array' } : undefined;
	}

	#element(text: string, from: number): ScanResult {
		for (let at = from; at < text.length; at++) {
			const unit = text.charCodeAt(at);
			if (this.#isInString) {
				this.#insideString(unit);
				continue;
			}
			if (unit <= 32) continue;
			if (this.#depth === 0) {
				if (unit === COMMA) return this.#separated(at);
				if (unit === CLOSE_ARRAY) return this.#closed(at);
				if (unit === CLOSE_OBJECT) return 'BROKEN';
			}
			this.#insideElement(unit);
		}
		return 'MORE';
	}

	#insideString(unit: number): void {
		if (this.#isEscaped) this.#isEscaped = false;
		else if (unit === BACKSLASH) this.#isEscaped = true;
		else if (unit === QUOTE) this.#isInString = false;
	}

	#insideElement(unit: number): void {
		this.#hasContent = true;
		if (unit === QUOTE) this.#isInString = true;
		else if (unit === OPEN_OBJECT || unit === OPEN_ARRAY) this.#depth++;
		else if (unit === CLOSE_OBJECT || unit === CLOSE_ARRAY) this.#depth--;
	}

	#separated(at: number): ScanResult {
		this.#sawElement = true;
		this.#hasContent = false;
		return this.#go('ROW', at, at + 1);
	}

	#closed(at: number): ScanResult {
		this.#state = 'CLOSED';
		return this.#go(this.#hasContent || this.#sawElement ? 'ROW' : 'SKIP', at, at + 1);
	}

	#go(result: ScanResult, end: number, next: number): ScanResult {
		this.end = end;
		this.next = next;
		return result;
	}
}

function skipSpace(text: string, from: number): number {
	let at = from;
	while (at < text.length && text.charCodeAt(at) <= 32) at++;
	return at;
}
