import { preset } from '@pipeline/build';

export default preset({ cli: 'src/cli.ts', child: 'src/run/child.ts' }, { format: ['esm'], dts: false });
