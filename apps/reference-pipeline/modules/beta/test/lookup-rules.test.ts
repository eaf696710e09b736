import { nullValue } from '@pipeline/model';
import { i, s, table } from './rule-table.ts';

const lookup = (more: object) => ({ lookups: [{ keyField: 'k', valueField: 'v', inline: { ES: 'Spain' }, ...more }] });
table(
	'TR10',
	[
		['found', lookup({}), { k: s('ES') }, { k: s('ES'), v: s('Spain') }],
		['keep', lookup({ onMissing: 'KEEP' }), { k: s('XX'), v: i(1) }, { k: s('XX'), v: i(1) }],
		['null', lookup({ onMissing: 'NULL' }), { k: s('XX') }, { k: s('XX'), v: nullValue }],
		['default', lookup({ onMissing: 'DEFAULT', default: '?' }), { k: s('XX') }, { k: s('XX'), v: s('?') }],
		['null key', lookup({}), { k: nullValue }, { k: nullValue }],
	],
	[
		['missing', lookup({}), { k: s('XX') }, 'TRX_005_LOOKUP_MISS'],
		['inherited name', lookup({}), { k: s('constructor') }, 'TRX_005_LOOKUP_MISS'],
		[
			'no such table',
			{ lookups: [{ keyField: 'k', valueField: 'v', table: 't', tableField: 'c' }] },
			{ k: s('XX') },
			'TRX_008_RULE_CONFIG',
		],
	],
);
