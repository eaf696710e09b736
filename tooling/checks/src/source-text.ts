import ts from 'typescript';

/** An import, export-from, `import()` or `require()` of a module named by a literal. */
export interface ModuleReference {
	readonly specifier: string;
	readonly line: number;
	/** Erased at build: `import type`, or every name in the braces is one. */
	readonly isTypeOnly: boolean;
}

/** A string literal, or a template without substitutions. */
export interface TextLiteral {
	readonly text: string;
	readonly line: number;
}

function parse(file: string, text: string): ts.SourceFile {
	return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

function visit(node: ts.Node, onNode: (node: ts.Node) => void): void {
	onNode(node);
	ts.forEachChild(node, (child) => visit(child, onNode));
}

function lineOf(source: ts.SourceFile, node: ts.Node): number {
	return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}

function isTypeOnlyImport(node: ts.ImportDeclaration): boolean {
	const clause = node.importClause;
	if (clause === undefined) return false;
	if (clause.isTypeOnly) return true;
	const named = clause.namedBindings;
	if (clause.name !== undefined || named === undefined || !ts.isNamedImports(named)) return false;
	return named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly);
}

function isTypeOnlyExport(node: ts.ExportDeclaration): boolean {
	if (node.isTypeOnly) return true;
	const clause = node.exportClause;
	if (clause === undefined || !ts.isNamedExports(clause)) return false;
	return clause.elements.length > 0 && clause.elements.every((element) => element.isTypeOnly);
}

function calledModule(node: ts.CallExpression): ts.Expression | undefined {
	const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword;
	const isRequire = ts.isIdentifier(node.expression) && node.expression.text === 'require';
	return isImport || isRequire ? node.arguments[0] : undefined;
}

function referenceIn(node: ts.Node): { readonly name: ts.Node | undefined; readonly isTypeOnly: boolean } | undefined {
	if (ts.isImportDeclaration(node)) return { name: node.moduleSpecifier, isTypeOnly: isTypeOnlyImport(node) };
	if (ts.isExportDeclaration(node)) return { name: node.moduleSpecifier, isTypeOnly: isTypeOnlyExport(node) };
	if (ts.isCallExpression(node)) return { name: calledModule(node), isTypeOnly: false };
	if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
		return { name: node.argument.literal, isTypeOnly: true };
	return undefined;
}

/** Modules that a TypeScript file refers to, in order. Names computed at run time are not seen. */
export function moduleReferences(file: string, text: string): readonly ModuleReference[] {
	const source = parse(file, text);
	const found: ModuleReference[] = [];
	visit(source, (node) => {
		const reference = referenceIn(node);
		if (reference?.name === undefined || !ts.isStringLiteralLike(reference.name)) return;
		found.push({
			specifier: reference.name.text,
			line: lineOf(source, node),
			isTypeOnly: reference.isTypeOnly,
		});
	});
	return found;
}

/** String literals of a TypeScript file, module names left out. */
export function textLiterals(file: string, text: string): readonly TextLiteral[] {
	const source = parse(file, text);
	const found: TextLiteral[] = [];
	visit(source, (node) => {
		if (!ts.isStringLiteralLike(node)) return;
		if (ts.isImportDeclaration(node.parent) || ts.isExportDeclaration(node.parent)) return;
		found.push({ text: node.text, line: lineOf(source, node) });
	});
	return found;
}

/** How often the type `any` is written in a TypeScript file. */
export function countAny(file: string, text: string): number {
	let count = 0;
	visit(parse(file, text), (node) => {
		if (node.kind === ts.SyntaxKind.AnyKeyword) count += 1;
	});
	return count;
}

const TEST_FUNCTIONS: ReadonlySet<string> = new Set(['it', 'test', 'describe']);
const NOT_RUN: ReadonlySet<string> = new Set(['skip', 'todo', 'fails']);

/** `it` of `it(…)`, `it.skipIf(…)(…)`, `it.each(…)(…)`; undefined for what is no test or never run. */
function testFunction(callee: ts.Expression): string | undefined {
	if (ts.isIdentifier(callee)) return callee.text;
	if (ts.isCallExpression(callee)) return testFunction(callee.expression);
	if (ts.isTaggedTemplateExpression(callee)) return testFunction(callee.tag);
	if (!ts.isPropertyAccessExpression(callee) || NOT_RUN.has(callee.name.text)) return undefined;
	return testFunction(callee.expression);
}

/** Titles of the tests and groups of a test file, as written; those that are skipped, with what they hold, left out. */
export function testTitles(file: string, text: string): ReadonlySet<string> {
	const titles = new Set<string>();
	const collect = (node: ts.Node): void => {
		if (ts.isCallExpression(node)) {
			const [title, ...rest] = node.arguments;
			const isTitled = title !== undefined && ts.isStringLiteralLike(title) && rest.length > 0;
			const name = testFunction(node.expression);
			if (isTitled && name === undefined) return;
			if (isTitled && TEST_FUNCTIONS.has(name ?? '')) titles.add(title.text);
		}
		ts.forEachChild(node, collect);
	};
	collect(parse(file, text));
	return titles;
}
