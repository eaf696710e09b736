import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A repository made of the given files (path -> text) in a temporary folder, removed when the test ends. */
export function fixtureTree(files: Readonly<Record<string, string>>): string {
	const root = mkdtempSync(join(tmpdir(), 'checks-'));
	onTestFinished(() => rmSync(root, { recursive: true, force: true }));
	for (const [file, text] of Object.entries(files)) {
		const path = join(root, file);
		mkdirSync(dirname(path), { recursive: true });
		writeFileSync(path, text);
	}
	return root;
}

/** Manifest text of a package. */
export function manifest(name: string, more: Readonly<Record<string, unknown>> = {}): string {
	return JSON.stringify({ name, version: '0.1.0', ...more });
}
