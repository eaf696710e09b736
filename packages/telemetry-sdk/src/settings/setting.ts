import type { EnvironmentReading } from './environment.ts';
import type { Profile } from './profiles.ts';
import type { SettingType } from './setting-types.ts';

interface SettingText {
	/** Variables; the first that is set counts. */
	readonly env: readonly (string | EnvironmentReading)[];
	/** Where it is in the manifest, with dots between its levels. @default the option's name in snake case */
	readonly key?: string;
	/** What it is where nothing says otherwise, if the value itself does not tell. */
	readonly defaultText?: string;
	/** What it does. */
	readonly description: string;
}

/** One setting: what it may be, where it is read, what it is otherwise. */
export interface Setting<T> extends SettingText {
	readonly type: SettingType<Exclude<T, undefined>>;
	readonly byDefault: (profile: Profile) => T;
}

/** A setting that a profile decides unless it is given. */
export function byProfile<T>(type: SettingType<T>, byDefault: (profile: Profile) => T, text: SettingText): Setting<T> {
	return { type: type as Setting<T>['type'], byDefault, ...text };
}

/** A setting that has the same value everywhere unless it is given. */
export function fixed<T>(type: SettingType<T>, value: T, text: SettingText): Setting<T> {
	return byProfile(type, () => value, text);
}

/** A setting that may be absent; `defaultText` says what that means. */
export function optional<T>(
	type: SettingType<T>,
	text: SettingText & { readonly defaultText: string },
): Setting<T | undefined> {
	return { type: type as Setting<T | undefined>['type'], byDefault: () => undefined, ...text };
}

/** Settings of one group, by the path of their options. */
export function prefixed<const P extends string, T extends object>(path: P, settings: T) {
	return Object.fromEntries(Object.entries(settings).map(([name, setting]) => [`${path}.${name}`, setting])) as {
		readonly [K in keyof T & string as `${P}.${K}`]: T[K];
	};
}
