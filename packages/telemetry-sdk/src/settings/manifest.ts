import type { Document, ParsedNode } from 'yaml';
import { readManifestText } from './manifest-file.ts';
import { nearest } from './nearest.ts';
import { type SettingIssue, shown } from './setting-error.ts';

/** What a manifest says: values by key, with the line each is on. */
export interface Manifest {
	/** As messages name it. */
	readonly path: string;
	readonly values: ReadonlyMap<string, ManifestValue>;
	/** What is wrong with it, values apart. */
	readonly issues: readonly SettingIssue[];
}

interface ManifestValue {
	readonly value: unknown;
	readonly line: number;
}

type Yaml = typeof import('yaml');

const MAX_ISSUES = 20;

/**
 * Reads a manifest. It never throws: what is wrong is among the issues, so that telemetry stays off and says why.
 *
 * @param keys of all settings, with dots between levels
 * @param isRequired whether it is an issue that there is no such file
 * @returns undefined where there is none
 */
export async function readManifest(
	path: string,
	keys: readonly string[],
	isRequired: boolean,
): Promise<Manifest | undefined> {
	try {
		return await parseManifest(await readManifestText(path), path, keys);
	} catch (error) {
		if (!isRequired && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
		const problem = `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
		return { path, values: new Map(), issues: [{ source: path, problem }] };
	}
}

/** The same for its text. @throws Error for what the YAML parser itself cannot cope with */
export async function parseManifest(text: string, path: string, keys: readonly string[]): Promise<Manifest> {
	// Not loaded by the many processes that have no manifest.
	const yaml = await import('yaml');
	const counter = new yaml.LineCounter();
	const document = yaml.parseDocument(text, {
		version: '1.2',
		schema: 'core',
		lineCounter: counter,
		prettyErrors: false,
	});
	const reader = new ManifestReader(yaml, document, keys, (offset) => counter.linePos(offset).line || 1, path);
	return reader.read();
}

class ManifestReader {
	readonly #yaml: Yaml;
	readonly #document: Document.Parsed;
	readonly #keys: ReadonlySet<string>;
	readonly #groups: ReadonlySet<string>;
	readonly #lineOf: (offset: number) => number;
	readonly #path: string;
	readonly #values = new Map<string, ManifestValue>();
	readonly #issues: SettingIssue[] = [];

	constructor(
		yaml: Yaml,
		document: Document.Parsed,
		keys: readonly string[],
		lineOf: (offset: number) => number,
		path: string,
	) {
		this.#yaml = yaml;
		this.#document = document;
		this.#keys = new Set(keys);
		this.#groups = new Set(keys.flatMap(groupsOf));
		this.#lineOf = lineOf;
		this.#path = path;
	}

	read(): Manifest {
		for (const { message, pos } of [...this.#document.errors, ...this.#document.warnings])
			this.#refuse(pos[0], message);
		// A few of them can stand for gigabytes.
		this.#yaml.visit(this.#document, {
			Alias: (_, { range }) => this.#refuse(range?.[0], 'is an alias; write the value itself'),
		});
		if (this.#issues.length === 0) this.#readGroup(this.#document.contents, '');
		return { path: this.#path, values: this.#values, issues: this.#issues.slice(0, MAX_ISSUES) };
	}

	#readGroup(node: ParsedNode | null, prefix: string): void {
		const { isMap, isScalar } = this.#yaml;
		if (node === null || (isScalar(node) && node.value === null)) return;
		if (!isMap(node)) {
			this.#refuse(node.range[0], `${prefix === '' ? 'the manifest' : prefix} is no group of settings`);
			return;
		}
		for (const { key, value } of node.items) {
			const name = isScalar(key) ? String(key.value) : '';
			this.#readEntry(`${prefix === '' ? '' : `${prefix}.`}${name}`, key.range[0], value);
		}
	}

	#readEntry(path: string, offset: number, value: ParsedNode | null): void {
		if (this.#groups.has(path)) this.#readGroup(value, path);
		else if (!this.#keys.has(path)) this.#refuse(offset, unknown(path, [...this.#keys]));
		else this.#values.set(path, { value: value?.toJS(this.#document) ?? null, line: this.#lineOf(offset) });
	}

	#refuse(offset: number | undefined, problem: string): void {
		this.#issues.push({ source: `${this.#path}:${this.#lineOf(offset ?? 0)}`, problem });
	}
}

function groupsOf(key: string): readonly string[] {
	const levels = key.split('.');
	return levels.slice(1).map((_, index) => levels.slice(0, index + 1).join('.'));
}

function unknown(path: string, keys: readonly string[]): string {
	const suggestion = nearest(path, keys);
	return `${shown(path)} is no setting${suggestion === undefined ? '' : `; did you mean ${suggestion}?`}`;
}
