import { PROFILE_NAMES, PROFILES } from './profiles.ts';
import type { Setting } from './setting.ts';
import { manifestKey, SETTING_NAMES, SETTINGS, type SettingName } from './table.ts';

const HEADERS = ['Option', 'Environment', 'Manifest', 'Values', 'Default', 'What it does'];
/** Rows of one signal stand for those of all. */
const OTHER_SIGNALS = /^otlp\.(metrics|logs)\./;

/** The table of settings as Markdown, for the README. */
export function renderSettings(): string {
	const rows = SETTING_NAMES.filter((name) => !OTHER_SIGNALS.test(name)).map((name) => {
		const cells = cellsOf(name);
		return name.startsWith('otlp.traces.') ? cells.map(forAnySignal) : cells;
	});
	return [HEADERS, HEADERS.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cellsOf(name: SettingName): readonly string[] {
	const { type, env, description, ...setting } = SETTINGS[name] as Setting<unknown>;
	const variables = env.map((one) => `\`${typeof one === 'string' ? one : one.variable}\``);
	const byDefault = setting.defaultText ?? defaultOf(setting.byDefault);
	return [`\`${name}\``, variables.join(', '), `\`${manifestKey(name)}\``, type.allowed, byDefault, description];
}

/** One value, or one for each profile that switches telemetry on. */
function defaultOf(byDefault: Setting<unknown>['byDefault']): string {
	const values = PROFILE_NAMES.filter((profile) => PROFILES[profile].enabled).map(
		(profile) => [profile, String(byDefault(PROFILES[profile]))] as const,
	);
	const [first] = values;
	if (values.every(([, value]) => value === first?.[1])) return first?.[1] ?? '';
	return values.map(([profile, value]) => `${profile} ${value}`).join(', ');
}

function forAnySignal(cell: string): string {
	return cell.replace('TRACES', '<SIGNAL>').replace('traces', '<signal>');
}
