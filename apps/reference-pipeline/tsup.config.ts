import { preset } from '@pipeline/build';

const ENTRIES = {
	cli: 'src/cli.ts',
	pipeline: 'src/pipeline.ts',
	child: 'src/run/child.ts',
	overhead: 'src/bench/overhead.ts',
	direct: 'src/bench/direct/direct.ts',
	'otlp-sink': 'src/bench/otlp-sink.ts',
	'soak-collector': 'src/bench/soak/soak-collector.ts',
	'soak-subject': 'src/bench/soak/soak-subject.ts',
	'memory-process': 'src/bench/memory-process.ts',
	'allocation-process': 'src/bench/allocation-process.ts',
	'pipeline-subject': 'src/bench/pipeline-subject.ts',
};

export default preset(ENTRIES, { format: ['esm'], dts: false });
