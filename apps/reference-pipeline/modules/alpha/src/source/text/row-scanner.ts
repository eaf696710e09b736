/** A whole row; something between rows; the end of the text so far; or damage from here to the end of the file. */
export type ScanResult = 'ROW' | 'SKIP' | 'MORE' | 'BROKEN';

/** What the frame of a file was missing. */
export interface FrameFault {
	readonly code: 'PARSE_001_INVALID_JSON' | 'PARSE_002_INVALID_CSV' | 'PARSE_005_TRUNCATED';
	readonly expected: string;
}

/** Finds where rows begin and end, in constant memory. Works on text with one character per code unit, piece by piece. */
export interface RowScanner {
	/** After `ROW`: index behind the row's last character. */
	readonly end: number;
	/** After `ROW` and `SKIP`: index to go on from. */
	readonly next: number;
	/** Whether a row without any character counts. */
	readonly keepsEmptyRows: boolean;
	/** Goes on at `from`, in the state in which the text before ended. */
	scan(text: string, from: number): ScanResult;
	/** At the end of the input: why it may not end here; undefined when what is left, if anything, is the last row. */
	missing(): FrameFault | undefined;
}
