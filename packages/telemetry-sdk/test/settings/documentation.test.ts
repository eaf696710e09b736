import { describe, expect, it } from 'vitest';
import { renderSettings } from '../../src/settings/documentation.ts';
import type { Setting } from '../../src/settings/setting.ts';
import { SETTING_NAMES, SETTINGS } from '../../src/settings/table.ts';

const rows = renderSettings().split('\n').slice(2);
const rowOf = (name: string) => rows.find((row) => row.startsWith(`| \`${name}\` `));

describe('the table of settings', () => {
	it('has a row for every setting, those of a signal once for all', () => {
		const named = SETTING_NAMES.map((name) => name.replace(/^otlp\.(traces|metrics|logs)\./, 'otlp.<signal>.'));
		expect([...new Set(named)].filter((name) => rowOf(name) === undefined)).toEqual([]);
		expect(rows).toHaveLength(new Set(named).size);
	});

	it('says where a setting is read, what it may be, and what it is otherwise', () => {
		expect([rowOf('ratio'), rowOf('otlp.<signal>.endpoint')]).toEqual([
			'| `ratio` | `TELEMETRY_TRACE_RATIO`, `OTEL_TRACES_SAMPLER_ARG` | `ratio` | 0 to 1 | dev 1, staging 0.5, prod 0.1, prod_high_volume 0.02 | share of the traces that are kept whatever happens |',
			'| `otlp.<signal>.endpoint` | `OTEL_EXPORTER_OTLP_<SIGNAL>_ENDPOINT` | `otlp.<signal>.endpoint` | an http:// or https:// URL without a user in it | that of all signals, and /v1/<signal> over HTTP | where this signal goes |',
		]);
	});

	it('names each variable once', () => {
		const variables = SETTING_NAMES.flatMap((name) => (SETTINGS[name] as Setting<unknown>).env).map((one) =>
			typeof one === 'string' ? one : one.variable,
		);
		expect(variables).toEqual([...new Set(variables)]);
	});
});
