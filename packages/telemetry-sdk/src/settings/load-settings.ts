import { type Environment, textOf } from './environment.ts';
import { readManifest } from './manifest.ts';
import { resolveSettings } from './resolve-settings.ts';
import type { ResolvedSettings, TelemetrySettings } from './settings.ts';
import { MANIFEST_KEYS } from './table.ts';

const DEFAULT_PATH = 'telemetry.yaml';

/**
 * Every setting of this process, the manifest's included: the file that `path` names, else `TELEMETRY_MANIFEST`, else `telemetry.yaml` in
 * the working directory, if there is one.
 *
 * @throws SettingError that names all values that are not allowed
 */
export async function loadSettings(
	options: TelemetrySettings,
	env: Environment,
	path: string | undefined = textOf(env, 'TELEMETRY_MANIFEST'),
): Promise<ResolvedSettings> {
	const manifest = await readManifest(path ?? DEFAULT_PATH, MANIFEST_KEYS, path !== undefined);
	return resolveSettings(options, env, manifest);
}
