// First step of the root scripts: frozen install, a Node that is new enough, a build. Plain JavaScript without
// dependencies, because on a fresh clone it is the system's Node, of any age, that runs it.
//
// The install is repeated here although pnpm verifies dependencies before every script: pnpm only warns when that
// fails, and the script would go on with a stale tree or the wrong Node. Output goes to stderr, so that stdout
// belongs to the application (`--json`).
import { spawnSync } from 'node:child_process';

const MINIMUM = { major: 22, minor: 18 };
const isWindows = process.platform === 'win32';

function run(command, args, env = {}) {
	const { status, error } = spawnSync(command, args, {
		stdio: ['ignore', process.stderr, process.stderr],
		env: { ...process.env, ...env },
		shell: isWindows,
	});
	if (error !== undefined) console.error(`${command}: ${error.message}`);
	if (status !== 0) process.exit(status ?? 1);
}

/** Version of the Node that the next command of the script gets: the bundled one where it exists. */
function nodeVersion() {
	const { stdout } = spawnSync('node', ['-p', 'process.versions.node'], { encoding: 'utf8', shell: isWindows });
	return stdout?.trim() ?? '';
}

function requireNode() {
	const version = nodeVersion();
	const [major = 0, minor = 0] = version.split('.').map(Number);
	if (major > MINIMUM.major || (major === MINIMUM.major && minor >= MINIMUM.minor)) return;
	console.error(
		`Node ${version || '(none runs)'} is too old, and no bundled Node exists for ${process.platform}-${process.arch}: ` +
			`install Node 24 (at least ${MINIMUM.major}.${MINIMUM.minor}) and run the command again.`,
	);
	process.exit(1);
}

run('pnpm', ['install', '--frozen-lockfile', '--prefer-offline']);
requireNode();
if (!process.argv.includes('--no-build')) {
	run('turbo', ['run', 'build', '--output-logs=errors-only'], {
		TURBO_TELEMETRY_DISABLED: '1',
		TURBO_NO_UPDATE_NOTIFIER: '1',
		TURBO_PRINT_VERSION_DISABLED: '1',
	});
}
