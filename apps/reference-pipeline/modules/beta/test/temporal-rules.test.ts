import { datetimeValue } from '@pipeline/model';
import { i, s, table } from './rule-table.ts';

const dates = (v: object) => ({ dateFormats: { v } });
table(
	'TR08',
	[
		[
			'first format that fits',
			dates({ inputFormats: ['yyyy/MM/dd', 'dd.MM.yyyy'] }),
			{ v: s('31.12.2025') },
			{ v: datetimeValue('2025-12-31T00:00:00.000000Z') },
		],
		[
			'zone of the text',
			dates({ inputFormats: ['yyyy-MM-dd HH:mm'], timezone: 'America/New_York' }),
			{ v: s('2026-07-01 08:00') },
			{ v: datetimeValue('2026-07-01T12:00:00.000000Z') },
		],
		[
			'output format in the zone',
			dates({ inputFormats: ['ISO'], timezone: 'Asia/Tokyo', outputFormat: 'd MMMM yyyy HH:mm' }),
			{ v: s('2026-01-01T00:00:00Z') },
			{ v: s('1 January 2026 09:00') },
		],
		[
			'epoch',
			dates({ inputFormats: ['EPOCH_S'] }),
			{ v: i(86_400) },
			{ v: datetimeValue('1970-01-02T00:00:00.000000Z') },
		],
		[
			'keeps microseconds',
			dates({ inputFormats: ['ISO'] }),
			{ v: datetimeValue('2026-01-01T00:00:00.123456Z') },
			{ v: datetimeValue('2026-01-01T00:00:00.123456Z') },
		],
	],
	[
		['no format fits', dates({ inputFormats: ['yyyy'] }), { v: s('x') }, 'TRX_004_DATE_PARSE'],
		['no epoch', dates({ inputFormats: ['EPOCH_MS'] }), { v: s('x') }, 'TRX_004_DATE_PARSE'],
	],
);

const zones = (source: string, target: string) => ({ timezoneConversions: { v: { source, target } } });
table(
	'TR09',
	[
		['winter', zones('UTC', 'Europe/Madrid'), { v: s('2026-01-01T12:00:00') }, { v: s('2026-01-01T13:00:00+01:00') }],
		[
			'summer',
			zones('UTC', 'Europe/Madrid'),
			{ v: datetimeValue('2026-07-01T12:00:00.000000Z') },
			{ v: s('2026-07-01T14:00:00+02:00') },
		],
		[
			'an hour that does not exist',
			zones('Europe/Madrid', 'UTC'),
			{ v: s('2026-03-29T02:30:00') },
			{ v: s('2026-03-29T01:30:00Z') },
		],
		[
			'the offset of the text wins',
			zones('Asia/Tokyo', 'UTC'),
			{ v: s('2026-01-01T12:00:00+01:00') },
			{ v: s('2026-01-01T11:00:00Z') },
		],
	],
	[
		['a number', zones('UTC', 'UTC'), { v: i(1) }, 'TRX_008_RULE_CONFIG'],
		['no time', zones('UTC', 'UTC'), { v: s('noon') }, 'TRX_004_DATE_PARSE'],
	],
);
