import { spawnSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FIXTURES = join(dirname(fileURLToPath(import.meta.url)), 'fixtures');

/** How a process ended. */
export interface Ran {
	readonly status: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** A team's own project: outside the workspace, installed with npm. */
export class NpmProject {
	readonly folder: string;

	constructor(folder: string) {
		this.folder = folder;
		mkdirSync(folder, { recursive: true });
		cpSync(FIXTURES, folder, { recursive: true });
		writeFileSync(join(folder, 'package.json'), '{ "name": "team-project", "private": true }');
	}

	/** @param wanted tarballs, and `name@range` */
	install(wanted: readonly string[]): Ran {
		return run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=warn', ...wanted], this.folder);
	}

	node(args: readonly string[], env: Readonly<Record<string, string>> = {}): Ran {
		return run(process.execPath, args, this.folder, env);
	}

	/** Every installed copy: its path below the project and its version. */
	installed(): ReadonlyMap<string, string> {
		const lock = JSON.parse(readFileSync(join(this.folder, 'node_modules/.package-lock.json'), 'utf8')) as {
			readonly packages: Readonly<Record<string, { readonly version: string }>>;
		};
		return new Map(Object.entries(lock.packages).map(([path, { version }]) => [path, version]));
	}

	/** Versions of all copies of one package. */
	versionsOf(name: string): readonly string[] {
		return [...this.installed()]
			.filter(([path]) => path.endsWith(`node_modules/${name}`))
			.map(([, version]) => version);
	}

	size(): string {
		const files = globSync('node_modules/**', { cwd: this.folder });
		const bytes = files.map((file) => statSync(join(this.folder, file))).filter((stat) => stat.isFile());
		const total = bytes.reduce((sum, { size }) => sum + size, 0);
		return `${this.installed().size} packages, ${(total / 1e6).toFixed(1)} MB`;
	}
}

function run(command: string, args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Ran {
	const { NODE_OPTIONS: _, ...inherited } = process.env;
	const { status, stdout, stderr, error } = spawnSync(command, args, {
		cwd,
		encoding: 'utf8',
		env: { ...inherited, ...env },
		shell: command === 'npm' && process.platform === 'win32',
	});
	return { status, stdout, stderr: error === undefined ? stderr : `${error.message}\n${stderr}` };
}
