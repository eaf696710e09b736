import { jsonText, printable } from '@pipeline/command-line/terminal-text';

const PIPE_WIDTH = Number.POSITIVE_INFINITY;
const DEFAULT_WIDTH = 80;

/** Characters a line may have: of a terminal, its own; else as many as there are. */
export function outputWidth(): number {
	return process.stdout.isTTY ? (process.stdout.columns ?? DEFAULT_WIDTH) : PIPE_WIDTH;
}

export function isOutputColoured(): boolean {
	return process.stdout.isTTY && process.stdout.hasColors();
}

export function print(text: string): void {
	process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

export function printJson(value: unknown): void {
	print(jsonText(value, process.stdout.isTTY ? 2 : undefined));
}

/** For whoever watches: not part of the output. What a server said may stand in it. */
export function note(text: string): void {
	process.stderr.write(`${text.split('\n').map(printable).join('\n')}\n`);
}
