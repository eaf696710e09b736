import type { AlphaBinding } from '@pipeline/instrumentation-alpha';
import type { Bench, Criterion, Interpretation, Reading, Row, Verdict } from '../tide-station/station.ts';

const bench = (_item: unknown, carrier: Bench) => carrier;
const readings = ({ reading }: Interpretation) => (reading === undefined ? [] : [reading]);
const fault = ({ illegible }: Interpretation) => illegible && 'PARSE_007_UNEXPECTED_SCHEMA';
const disposition = ({ good }: Verdict) => (good ? 'PASSED' : 'FAILED');
const failures = ({ broken }: Verdict) => broken.map((ruleId) => ({ ruleId, errorCode: 'VAL_004_RANGE' }));

export const tideStation: AlphaBinding = {
	module: 'tide-station',
	supportedVersions: ['>=1 <2'],
	raw: { sourceId: () => 'SENSOR:tide', sizeBytes: (row: Row) => row.metres.length },
	record: { recordId: (reading: Reading) => reading.mark, sourceId: () => 'SENSOR:tide' },
	fetch: { export: 'Feed', method: 'trickle', sourceId: () => 'SENSOR:tide' },
	parse: { export: 'Reader', method: 'interpret', carrier: bench, records: readings, errorCode: fault },
	validate: { export: 'Assessor', method: 'weigh', carrier: bench, disposition, failures },
	rule: { export: 'Assessor', method: 'meets', ruleId: ({ code }: Criterion) => code, failed: (met: boolean) => !met },
	handoff: { export: 'Outlet', method: 'release', records: (load: { bench: Bench }[]) => load.map((one) => one.bench) },
	errorQueue: { export: 'Shelf', method: 'put', carrier: bench, queue: () => 'VALIDATION' },
};
