import { preset } from '@pipeline/build';

export default preset({ index: 'src/index.ts', register: 'src/register.ts' });
