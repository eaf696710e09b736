import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type Check, type Finding, formatFinding } from './finding.ts';

/** What a gate says: nothing wrong, or what; and a few words for its line in either case. */
export interface GateResult {
	readonly ok: boolean;
	/** Shown below the line when it failed. */
	readonly details: readonly string[];
	/** Shown on the line. */
	readonly note?: string;
}

/** One line of `pnpm check`. */
export interface Gate {
	readonly name: string;
	readonly run: (root: string) => GateResult | Promise<GateResult>;
}

/** A gate made of findings. */
export function resultOf(findings: readonly Finding[], note?: string): GateResult {
	return {
		ok: findings.length === 0,
		details: findings.map(formatFinding),
		...(note === undefined ? {} : { note }),
	};
}

/** A gate that is one of our own checks. */
export function checkGate(name: string, check: Check, note?: (root: string) => string): Gate {
	return { name, run: async (root) => resultOf(await check(root), note?.(root)) };
}

/** A gate that is a command, run in a folder of the repository: exit code 0 is a pass, its output the details. */
export function commandGate(name: string, command: string, args: readonly string[], folder = '.'): Gate {
	return {
		name,
		run: (root) => {
			const { status, stdout, stderr, error } = spawnSync(command, args, {
				cwd: join(root, folder),
				encoding: 'utf8',
				maxBuffer: 64 * 1024 * 1024,
				env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
			});
			const output = error === undefined ? `${stdout}\n${stderr}`.trim() : error.message;
			return { ok: status === 0, details: output.split('\n') };
		},
	};
}
