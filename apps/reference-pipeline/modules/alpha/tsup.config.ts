import { preset } from '@pipeline/build';

// The worker is a file of its own; `shims` lets the CommonJS build find it beside itself.
export default preset({ index: 'src/index.ts', 'parquet-worker': 'src/source/parquet-worker.ts' }, { shims: true });
