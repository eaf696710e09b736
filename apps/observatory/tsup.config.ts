import { preset } from '@pipeline/build';

export default preset({ cli: 'src/cli.ts' }, { format: ['esm'], dts: false });
