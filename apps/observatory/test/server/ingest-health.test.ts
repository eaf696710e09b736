import { expect, it } from 'vitest';
import { ingestHealth } from '../../src/server/ingest-health.ts';

const QUIET = {
	overflow: { batches: 0, bytes: 0 },
	deadLetters: { written: 7, lost: 0, overwritten: 0 },
	pendingRequests: 3,
};

it('is well while nothing waits on disk and what was refused can be looked at', () => {
	expect(ingestHealth(QUIET)).toEqual({ status: 'HEALTHY', message: '3 requests wait.' });
});

it('says that something waits for the store', () => {
	const overflow = { batches: 2, bytes: 10 };
	expect(ingestHealth({ ...QUIET, overflow })).toEqual({ status: 'DEGRADED', message: '2 batches wait on disk.' });
});

it('says that refused items were overwritten, or could not be written', () => {
	const deadLetters = { written: 7, lost: 1, overwritten: 4 };
	const message = '5 refused items are in no file any more.';
	expect(ingestHealth({ ...QUIET, deadLetters })).toEqual({ status: 'DEGRADED', message });
});
