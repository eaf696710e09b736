import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const PROGRAM = `import { telemetry } from '@pipeline/telemetry-core'; console.log(telemetry.source);`;

/** Runs a program with telemetry registered first. */
function run(env: Record<string, string>) {
	const { stdout, stderr, status } = spawnSync(
		process.execPath,
		[
			'--conditions=@pipeline/source',
			'--import',
			'@pipeline/telemetry-sdk/register',
			'--input-type=module',
			'-e',
			PROGRAM,
		],
		{ cwd: new URL('../..', import.meta.url), encoding: 'utf8', env: { PATH: process.env['PATH'], ...env } },
	);
	return { stdout: stdout.trim(), stderr: stderr.trim(), status };
}

it('is on before the program is loaded, off by default, and no mistake stops the program', () => {
	expect(run({ TELEMETRY_PROFILE: 'dev' })).toEqual({ stdout: '@pipeline/telemetry-sdk', stderr: '', status: 0 });
	expect(run({})).toEqual({ stdout: 'none', stderr: '', status: 0 });
	const wrong = run({ TELEMETRY_PROFILE: 'devel' });
	expect([wrong.stdout, wrong.status]).toEqual(['none', 0]);
	expect(wrong.stderr).toMatch(
		/^@pipeline\/telemetry-sdk: telemetry stays off: TELEMETRY_PROFILE is "devel"; allowed: off, dev/,
	);
});
