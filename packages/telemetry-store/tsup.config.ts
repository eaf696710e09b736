import { preset } from '@pipeline/build';

export default [
	// The script empties dist before both: they run at the same time, and each would take the other's files away.
	preset({ index: 'src/index.ts' }, { clean: false }),
	preset({ 'store-bin': 'src/cli/store-bin.ts' }, { format: ['esm'], clean: false, dts: false }),
];
