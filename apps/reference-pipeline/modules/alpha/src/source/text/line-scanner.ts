import type { FrameFault, RowScanner, ScanResult } from './row-scanner.ts';

/** Rows are lines. */
export class LineScanner implements RowScanner {
	readonly keepsEmptyRows = false;
	end = 0;
	next = 0;

	scan(text: string, from: number): ScanResult {
		const at = text.indexOf('\n', from);
		if (at === -1) return 'MORE';
		this.end = at;
		this.next = at + 1;
		return 'ROW';
	}

	missing(): FrameFault | undefined {
		return undefined;
	}
}
