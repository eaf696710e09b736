import { isBuiltin } from 'node:module';
import type { Finding } from './finding.ts';
import { type ModuleReference, moduleReferences } from './source-text.ts';
import { appFolders, manifestOf, moduleFolders, packageFolders, textOf, typeScriptUnder } from './tree.ts';

const OPENTELEMETRY_SDK = /^@opentelemetry\/(?:sdk-|exporter-|otlp-)/;
const SDK_PACKAGES = new Set(['packages/telemetry-sdk', 'packages/telemetry-testing']);

/** What an instrumentation may load at run time. `shimmer` and the like come with the base class. */
const INSTRUMENTATION_IMPORTS = new Set([
	'@pipeline/telemetry-core',
	'@opentelemetry/api',
	'@opentelemetry/instrumentation',
]);

type Rule = (reference: ModuleReference, importer: string) => string | undefined;

/** `@scope/name` or `name` of a specifier; undefined for relative ones. */
function packageOf(specifier: string): string | undefined {
	if (specifier.startsWith('.') || specifier.startsWith('/')) return undefined;
	const parts = specifier.split('/');
	return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}

function isExternal(specifier: string): boolean {
	return packageOf(specifier) !== undefined && !isBuiltin(specifier);
}

function modulesOf(root: string): ReadonlySet<string> {
	return new Set(moduleFolders(root).map((folder) => manifestOf(root, folder)?.name ?? `@pipeline/${folder}`));
}

function publishedOf(root: string): ReadonlySet<string> {
	return new Set(packageFolders(root).flatMap((folder) => manifestOf(root, folder)?.name ?? []));
}

/** Packages never load a reference module: they know it by type at most. */
function noModuleAtRunTime(modules: ReadonlySet<string>): Rule {
	return ({ specifier, isTypeOnly }) =>
		!isTypeOnly && modules.has(packageOf(specifier) ?? '')
			? `loads ${specifier} at run time: use \`import type\`, the module is the application's`
			: undefined;
}

const noSdk: Rule = ({ specifier }) =>
	OPENTELEMETRY_SDK.test(specifier)
		? `imports ${specifier}: the OpenTelemetry SDK belongs to telemetry-sdk and to applications`
		: undefined;

const instrumentationImports: Rule = ({ specifier, isTypeOnly }) => {
	if (isTypeOnly || !isExternal(specifier) || INSTRUMENTATION_IMPORTS.has(packageOf(specifier) ?? '')) return undefined;
	return `imports ${specifier}: an instrumentation loads telemetry-core, the OpenTelemetry API and its base class only`;
};

const noOtherInstrumentation: Rule = ({ specifier }) =>
	/^@pipeline\/instrumentation-/.test(specifier)
		? `imports ${specifier}: instrumentations do not know each other`
		: undefined;

function noPublished(published: ReadonlySet<string>): Rule {
	return ({ specifier }) => {
		const name = packageOf(specifier) ?? '';
		return published.has(name) || name.startsWith('@opentelemetry/')
			? `imports ${specifier}: a reference module is plain pipeline code that does not know about telemetry`
			: undefined;
	};
}

const insideOwnPackage: Rule = ({ specifier }, importer) => {
	if (!specifier.startsWith('.')) return undefined;
	const ownDepth = importer.split('/').length - 1;
	const ups = specifier.split('/').filter((part) => part === '..').length;
	const packageDepth = importer.startsWith('apps/reference-pipeline/modules/') ? 4 : 2;
	return ups > ownDepth - packageDepth
		? `reaches out of its package with ${specifier}: import by package name`
		: undefined;
};

function apply(root: string, folder: string, rules: readonly Rule[]): readonly Finding[] {
	return typeScriptUnder(root, `${folder}/src`).flatMap((file) =>
		moduleReferences(file, textOf(root, file) ?? '').flatMap((reference) =>
			rules.flatMap((rule) => {
				const message = rule(reference, file);
				return message === undefined ? [] : [{ file, line: reference.line, message }];
			}),
		),
	);
}

function manifestFindings(root: string, folder: string): readonly Finding[] {
	const dependencies = manifestOf(root, folder)?.dependencies ?? {};
	const file = `${folder}/package.json`;
	const api = '@opentelemetry/api' in dependencies && folder !== 'packages/telemetry-sdk';
	return api
		? [{ file, message: '@opentelemetry/api must be a peer: a second copy beside the application is a no-op' }]
		: [];
}

function rulesOf(folder: string, modules: ReadonlySet<string>): readonly Rule[] {
	const always = [insideOwnPackage, noModuleAtRunTime(modules)];
	if (SDK_PACKAGES.has(folder)) return always;
	const isInstrumentation = folder.startsWith('packages/instrumentation-');
	return isInstrumentation ? [...always, noSdk, instrumentationImports, noOtherInstrumentation] : [...always, noSdk];
}

/** Who may import whom, by the sources (tests are free) and by the manifests. */
export function checkDependencyRule(root: string): readonly Finding[] {
	const modules = modulesOf(root);
	const published = publishedOf(root);
	return [
		...packageFolders(root).flatMap((folder) => apply(root, folder, rulesOf(folder, modules))),
		...packageFolders(root).flatMap((folder) => manifestFindings(root, folder)),
		...moduleFolders(root).flatMap((folder) => apply(root, folder, [insideOwnPackage, noPublished(published)])),
		...appFolders(root).flatMap((folder) => apply(root, folder, [insideOwnPackage])),
	];
}
