import type { Setting } from './setting.ts';
import type { JsonSchema } from './setting-types.ts';
import { manifestKey, SETTING_NAMES, SETTINGS } from './table.ts';

interface Group {
	readonly [key: string]: Group | JsonSchema;
}

const LEAF = Symbol('a setting, not a group of them');

/** JSON Schema (2020-12) of the manifest, for editors and for CI. */
export function manifestSchema(): JsonSchema {
	const root: Record<string, unknown> = {};
	for (const name of SETTING_NAMES) {
		const { type, description } = SETTINGS[name] as Setting<unknown>;
		const levels = manifestKey(name).split('.');
		const leaf = levels.pop() as string;
		let group = root;
		for (const level of levels) {
			group[level] ??= {};
			group = group[level] as Record<string, unknown>;
		}
		group[leaf] = { [LEAF]: true, ...type.schema, description };
	}
	return {
		$schema: 'https://json-schema.org/draft/2020-12/schema',
		$id: 'urn:pipeline:telemetry-manifest',
		title: 'Manifest of Pipeline Telemetry (telemetry.yaml)',
		...groupSchema(root as Group),
	};
}

function groupSchema(group: Group): JsonSchema {
	const properties = Object.entries(group).map(([key, value]) => [
		key,
		LEAF in value ? value : groupSchema(value as Group),
	]);
	// A group may be empty: all that is in it is a comment.
	return { type: ['object', 'null'], properties: Object.fromEntries(properties), additionalProperties: false };
}
