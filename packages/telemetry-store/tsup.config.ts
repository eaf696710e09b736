import { preset } from '@pipeline/build';

/** Optional, so not left out of the build by itself. */
const external = [/^chdb/];

export default [
	// The script empties dist before both: they run at the same time, and each would take the other's files away.
	preset({ index: 'src/index.ts' }, { clean: false, external }),
	preset({ 'store-bin': 'src/store-bin.ts' }, { format: ['esm'], clean: false, dts: false, external }),
];
