import { join } from 'node:path';
import type { StoreOptions } from '@pipeline/telemetry-store';
import type { Settings } from '../config/settings.ts';

/** How the store is opened: beside an embedded one, what it refuses and what waits for it is kept on disk, too. */
export function storeOptionsOf(
	{ store, retention, audit, spool }: Settings,
	onWarning: (message: string) => void,
): StoreOptions {
	const { chain, checkpointFile, signingKey, formerPublicKeys, checksumIntervalS } = audit;
	return {
		target: store,
		...(retention === undefined ? {} : { retention }),
		ingest: { overflowPath: join(spool, 'waiting'), deadLetterPath: join(spool, 'refused.ndjson') },
		audit: {
			onWarning,
			...(chain === undefined ? {} : { chainId: chain }),
			...(checkpointFile === undefined ? {} : { checkpointPath: checkpointFile }),
			...(signingKey === undefined ? {} : { signingKey }),
			...(formerPublicKeys === undefined ? {} : { formerPublicKeys }),
			...(checksumIntervalS === undefined ? {} : { checksumIntervalS }),
		},
	};
}
