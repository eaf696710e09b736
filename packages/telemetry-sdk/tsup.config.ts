import { preset } from '@pipeline/build';

export default [
	preset(
		{ index: 'src/index.ts', spool: 'src/spool/index.ts' },
		{
			// The script does it, before any of these: they run at the same time, and each would take the types of the others away.
			clean: false,
		},
	),
	preset({ 'spool-bin': 'src/spool-bin.ts' }, { format: ['esm'], clean: false, dts: false }),
	// The spool's thread is an ECMAScript module, whoever starts it. Of OpenTelemetry's transport it has what it uses: the packages as they are
	// bring metrics, resources and semantic conventions with them, 3 MB of the thread's heap.
	preset(
		{ 'spool-worker': 'src/spool/spool-worker.ts' },
		{
			format: ['esm'],
			clean: false,
			dts: false,
			noExternal: [/^@opentelemetry\/(core|otlp-exporter-base|otlp-transformer)(\/|$)/],
			banner: {
				js: '// With parts of @opentelemetry/core, otlp-exporter-base and otlp-transformer: Copyright The OpenTelemetry Authors, Apache-2.0.',
			},
		},
	),
	// Two files: the one for --import waits at its top level, which CommonJS cannot.
	preset({ register: 'src/register.ts' }, { format: ['esm'], clean: false, external: ['@pipeline/telemetry-sdk'] }),
	preset(
		{ 'register-require': 'src/register-require.ts' },
		{ format: ['cjs'], clean: false, external: ['@pipeline/telemetry-sdk'] },
	),
];
