import type { AlphaBinding } from '@pipeline/instrumentation-alpha';
import type { Answer, Check, Item, Parcel, Slip, Unwrapped } from '../parcel-ingest/ingest.ts';

const items = ({ item }: Unwrapped) => (item === undefined ? [] : [item]);
const fault = ({ trouble }: Unwrapped) => trouble && 'PARSE_002_INVALID_CSV';
const disposition = ({ grade }: Check) => (grade === 'ok' ? 'PASSED' : 'FAILED');
const numberOf = ({ number }: Parcel) => String(number);
const answerTo = { batchId: ({ parcel }: Answer) => String(parcel), accepted: ({ taken }: Answer) => taken };

export const parcelIngest: AlphaBinding = {
	module: 'parcel-ingest',
	supportedVersions: ['*'],
	raw: { sourceId: () => 'SOCKET:depot' },
	record: { recordId: ({ id }: Item) => String(id) },
	parse: { export: 'ingest', method: 'unwrap', records: items, errorCode: fault },
	validate: { export: 'ingest', method: 'inspect', disposition, validated: ({ item }: Check) => item },
	handoff: { export: 'ingest', method: 'dispatch', records: (parcel: Parcel) => parcel.items, batchId: numberOf },
	receipt: { export: 'ingest', method: 'answered', ...answerTo },
	errorQueue: { export: 'ingest', method: 'refuse', item: ({ about }: Slip) => about, queue: () => 'VALIDATION' },
};
