import { assemble } from './assemble.ts';
import { type Environment, isDisabledByStandard, textOf } from './environment.ts';
import type { Manifest } from './manifest.ts';
import { PROFILES, type Profile, regulatedProfile } from './profiles.ts';
import { brokenRules } from './rules.ts';
import type { Setting } from './setting.ts';
import { SettingError, type SettingIssue, shown } from './setting-error.ts';
import type { ResolvedSettings, TelemetrySettings } from './settings.ts';
import { manifestKey, SETTING_NAMES, SETTINGS, type SettingName, type SettingValues } from './table.ts';

/** What was said about a setting, and where. */
interface Given {
	readonly source: string;
	readonly value: unknown;
	/** As it was written, for messages. */
	readonly text?: string;
}

/**
 * Options before environment before manifest before profile.
 *
 * @throws SettingError that names all values that are not allowed
 */
export function resolveSettings(options: TelemetrySettings, env: Environment, manifest?: Manifest): ResolvedSettings {
	const issues: SettingIssue[] = [...(manifest?.issues ?? [])];
	const sources = new Map<SettingName, string>();
	const accepted = new Map<SettingName, unknown>();
	for (const name of SETTING_NAMES) {
		const { type } = SETTINGS[name] as Setting<unknown>;
		const given = fromOptions(name, options) ?? fromEnvironment(name, env) ?? fromManifest(name, manifest);
		if (given === undefined) continue;
		const value = type.accept(given.value);
		if (value === undefined) {
			const found = type.isSecret === true ? 'is not allowed' : `is ${shown(given.text ?? given.value)}`;
			issues.push({ source: given.source, problem: `${found}; allowed: ${type.allowed}` });
		}
		accepted.set(name, value);
		sources.set(name, given.source);
	}
	const profile = profileOf(accepted);
	const values = Object.fromEntries(
		SETTING_NAMES.map((name) => [name, accepted.get(name) ?? SETTINGS[name].byDefault(profile)]),
	) as SettingValues;
	const settings = assemble(values);
	issues.push(...brokenRules(settings, { env, profile, values, sourceOf: (name) => sources.get(name) }));
	if (issues.length > 0) throw new SettingError(issues);
	return isDisabledByStandard(env) ? { ...settings, enabled: false } : settings;
}

function profileOf(accepted: ReadonlyMap<SettingName, unknown>): Profile {
	const profile = PROFILES[(accepted.get('profile') ?? 'off') as keyof typeof PROFILES];
	return accepted.get('regulated') === true ? regulatedProfile(profile) : profile;
}

function fromOptions(name: SettingName, options: object): Given | undefined {
	let value: unknown = options;
	for (const key of name.split('.')) value = (value as Readonly<Record<string, unknown>> | undefined | null)?.[key];
	return value === undefined ? undefined : { source: `option ${name}`, value };
}

function fromEnvironment(name: SettingName, env: Environment): Given | undefined {
	const { env: variables, type } = SETTINGS[name] as Setting<unknown>;
	for (const one of variables) {
		const [variable, text] = typeof one === 'string' ? [one, textOf(env, one)] : [one.variable, one.read(env)];
		if (text !== undefined) return { source: variable, value: type.read(text), text };
	}
	return undefined;
}

function fromManifest(name: SettingName, manifest: Manifest | undefined): Given | undefined {
	const key = manifestKey(name);
	const found = manifest?.values.get(key);
	return found === undefined ? undefined : { source: `${manifest?.path}:${found.line} ${key}`, value: found.value };
}
