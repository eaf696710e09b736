import { closeSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fromWire, JOURNAL, STAGE, toWire } from '@pipeline/model';
import type { AwaitedDelivery } from './pending-ack.ts';

type Line = { readonly add: string; readonly awaited: unknown } | { readonly done: string };

/** Waits in an append-only NDJSON file, so that a killed process goes on waiting. A torn last line is ignored. */
export class PendingAckStore {
	readonly path: string;
	private file: number | undefined;

	constructor(path: string) {
		this.path = path;
	}

	/** Reads the waits that are not done, and rewrites the file without the others. */
	open(): AwaitedDelivery[] {
		mkdirSync(dirname(this.path), { recursive: true });
		const lines = openLines(readText(this.path));
		const staged = `${this.path}.staged`;
		writeFileSync(staged, [...lines.values()].map((line) => `${JSON.stringify(line)}\n`).join(''));
		renameSync(staged, this.path);
		this.file = openSync(this.path, 'a');
		return [...lines.values()].map((line) => revive(fromWire(line.awaited) as AwaitedDelivery));
	}

	add(attemptId: string, awaited: AwaitedDelivery): void {
		this.append({ add: attemptId, awaited: toWire(awaited) });
	}

	done(attemptId: string): void {
		this.append({ done: attemptId });
	}

	close(): void {
		if (this.file !== undefined) closeSync(this.file);
		this.file = undefined;
	}

	private append(line: Line): void {
		if (this.file !== undefined) writeSync(this.file, `${JSON.stringify(line)}\n`);
	}
}

function openLines(text: string): Map<string, Extract<Line, { add: string }>> {
	const open = new Map<string, Extract<Line, { add: string }>>();
	for (const part of text.split('\n')) {
		const line = parseLine(part);
		if (line === undefined) continue;
		if ('done' in line) open.delete(line.done);
		else open.set(line.add, line);
	}
	return open;
}

function parseLine(text: string): Line | undefined {
	if (text === '') return undefined;
	try {
		return JSON.parse(text) as Line;
	} catch {
		return undefined;
	}
}

function readText(path: string): string {
	try {
		return readFileSync(path, 'utf8');
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
		throw error;
	}
}

function revive(awaited: AwaitedDelivery): AwaitedDelivery {
	return {
		...awaited,
		record: { ...awaited.record, [JOURNAL]: 0, [STAGE]: 0 },
		attempts: awaited.attempts.map((attempt) => ({ ...attempt, [JOURNAL]: 0, [STAGE]: 0 })),
	};
}
