import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const CORE = 'packages/telemetry-core/src';

/** Tables of one module as the registry of telemetry-core keeps them. */
export interface RegistryTables {
	readonly attributes: Readonly<Record<string, object>>;
	readonly spans: Readonly<Record<string, object>>;
	readonly spanEvents: Readonly<Record<string, object>>;
	readonly events: Readonly<Record<string, object>>;
	readonly errors: Readonly<Record<string, object>>;
	readonly metrics: Readonly<Record<string, object>>;
}

/** Modules with tables in the registry. */
export const REGISTRY_MODULES = ['alpha', 'beta', 'gamma', 'epsilon', 'phi', 'integration', 'telemetry'] as const;

/** A source module of telemetry-core, loaded from the tree under check; undefined while it does not exist. */
export async function loadFromCore(root: string, file: string): Promise<Readonly<Record<string, unknown>> | undefined> {
	const path = join(root, CORE, file);
	if (!existsSync(path)) return undefined;
	return (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
}

/** The tables of a module, undefined while its index does not exist or has none. */
export async function registryTables(root: string, module: string): Promise<RegistryTables | undefined> {
	const loaded = await loadFromCore(root, `registry/${module}/index.ts`);
	return loaded?.[`${module}Entries`] as RegistryTables | undefined;
}
