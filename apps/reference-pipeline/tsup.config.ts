import { preset } from '@pipeline/build';

export default preset({ cli: 'src/cli.ts', pipeline: 'src/pipeline.ts', child: 'src/run/child.ts' }, { format: ['esm'], dts: false });
