import { preset } from '@pipeline/build';

export default [
	preset(
		{ index: 'src/index.ts', spool: 'src/spool/index.ts' },
		{
			// The script does it, before any of these: they run at the same time, and each would take the types of the others away.
			clean: false,
			// Constants are written where they are used: the record path is a tenth faster. Not in CommonJS: what makes it of ECMAScript modules puts
			// class fields into the middle of expressions that are written so, and the file does not parse.
			esbuildOptions(options, { format }) {
				options.minifySyntax = format === 'esm';
			},
		},
	),
	// The spool's thread is an ECMAScript module, whoever starts it.
	preset(
		{ 'spool-worker': 'src/spool/spool-worker.ts', 'spool-bin': 'src/spool-bin.ts' },
		{ format: ['esm'], clean: false, dts: false },
	),
	// Two files: the one for --import waits at its top level, which CommonJS cannot.
	preset({ register: 'src/register.ts' }, { format: ['esm'], clean: false, external: ['@pipeline/telemetry-sdk'] }),
	preset(
		{ 'register-require': 'src/register-require.ts' },
		{ format: ['cjs'], clean: false, external: ['@pipeline/telemetry-sdk'] },
	),
];
