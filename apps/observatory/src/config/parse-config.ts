import { Value } from 'typebox/value';
import { type Document, isMap, isScalar, LineCounter, type ParsedNode, parseDocument, visit } from 'yaml';
import { ConfigError } from './config-error.ts';
import { type ConfigFile, configSchema, type TokenEntry } from './config-schema.ts';

const MAX_PROBLEMS = 20;

/** A place in the file: keys from the top, and numbers of items. */
type Place = readonly (string | number)[];

/**
 * Reads the text of a configuration file.
 *
 * @param name of the file, as messages name it
 * @throws ConfigError with file and line of everything that is wrong
 */
export function parseConfig(text: string, name: string): ConfigFile {
	const lines = new LineCounter();
	const document = parseDocument(text, { version: '1.2', schema: 'core', lineCounter: lines, prettyErrors: false });
	const at = (offset: number | undefined) => `${name}:${offset === undefined ? 1 : lines.linePos(offset).line || 1}`;
	const refuse = (problems: readonly string[]) => {
		if (problems.length > 0) throw new ConfigError(problems.slice(0, MAX_PROBLEMS));
	};
	refuse([...document.errors, ...document.warnings].map(({ message, pos }) => `${at(pos[0])}: ${message}`));
	refuse(aliasesIn(document).map((offset) => `${at(offset)}: an alias; write the value itself`));
	const value: unknown = document.toJS() ?? {};
	refuse(
		mismatches(value).map(
			([place, problem]) => `${at(offsetOf(document, place))}: ${place.join('.') || 'the file'} ${problem}`,
		),
	);
	const config = value as ConfigFile;
	refuse(contradictions(config).map(([place, problem]) => `${at(offsetOf(document, place))}: ${problem}`));
	return config;
}

/** What the schema does not allow. Values stay out of the messages: they may be secrets. */
function mismatches(value: unknown): readonly (readonly [Place, string])[] {
	return [...Value.Errors(configSchema, value)].flatMap(({ instancePath, keyword, message, params }) => {
		const place = placeOf(instancePath);
		// Said of the same thing once more, in worse words.
		if (keyword === 'boolean') return [];
		if (keyword !== 'additionalProperties') return [[place, message] as const];
		const { additionalProperties = [] } = params as { readonly additionalProperties?: readonly string[] };
		return additionalProperties.map((name) => [[...place, name], 'is no setting'] as const);
	});
}

function aliasesIn(document: Document.Parsed): readonly (number | undefined)[] {
	const offsets: (number | undefined)[] = [];
	visit(document, { Alias: (_, { range }) => void offsets.push(range?.[0]) });
	return offsets;
}

function placeOf(pointer: string): Place {
	const parts = pointer.split('/').slice(1);
	return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** Where the key of a place stands, or else the nearest thing around it. */
function offsetOf(document: Document.Parsed, place: Place): number | undefined {
	let node: ParsedNode | null = document.contents;
	let offset = node?.range[0];
	for (const part of place) {
		if (isMap(node)) {
			const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
			if (pair === undefined) return offset;
			offset = (pair.key as ParsedNode).range[0];
			node = pair.value as ParsedNode | null;
		} else if (node !== null && 'items' in node) {
			node = (node.items[Number(part)] as ParsedNode | undefined) ?? null;
			offset = node?.range?.[0] ?? offset;
		}
	}
	return offset;
}

/** What the schema cannot say. */
function contradictions({ store, tokens = [] }: ConfigFile): readonly (readonly [Place, string])[] {
	const problems: (readonly [Place, string])[] = [];
	if (store?.path !== undefined && store.url !== undefined) {
		problems.push([['store', 'url'], 'store.url: there is a store.path already; the store is the one or the other']);
	}
	for (const key of ['username', 'passwordFile', 'cluster'] as const) {
		if (store?.[key] !== undefined && store.url === undefined) {
			problems.push([['store', key], `store.${key} is for a server, and there is no store.url`]);
		}
	}
	const ids = new Set<string>();
	for (const [index, token] of tokens.entries()) {
		if (ids.has(token.id)) problems.push([['tokens', index, 'id'], 'tokens: two have the same id']);
		ids.add(token.id);
		const problem = tokenProblem(token);
		if (problem !== undefined) problems.push([['tokens', index], `tokens.${index}: ${problem}`]);
	}
	return problems;
}

function tokenProblem({ role, tenants, expiresAt }: TokenEntry): string | undefined {
	if (expiresAt !== undefined && Number.isNaN(Date.parse(expiresAt))) return 'expiresAt is no instant';
	if ((role === 'viewer' || role === 'auditor') && tenants === undefined)
		return `a token of a ${role} names its tenants`;
	return undefined;
}
