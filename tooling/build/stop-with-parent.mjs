// pnpm and npx die of a signal sent to them alone without passing it on, and would leave the application running
// (Ctrl-C in a terminal is no such case: it reaches every process of the group). Loaded with `--import` by the root
// scripts: when a launcher above this process has gone, the process is told to end as if it had got the signal itself.
import { readFileSync } from 'node:fs';

const CHECK_INTERVAL_MS = 250;

/** Parent and group of a process, or undefined where there is no /proc or no such process. */
function lineageOf(pid) {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		const [, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return { parent: Number(parent), group: Number(group) };
	} catch {
		return undefined;
	}
}

/** The launchers: ancestors that share this process's group (npx, sh, pnpm), nearest first. */
function launchers() {
	const group = lineageOf(process.pid)?.group;
	const found = [];
	for (let pid = process.pid; pid > 1; ) {
		const lineage = lineageOf(pid);
		if (lineage === undefined || lineage.group !== group) break;
		found.push({ pid, parent: lineage.parent });
		pid = lineage.parent;
	}
	return found;
}

let isEnding = false;

// The application's own handlers tell that it got a signal from elsewhere. Listening before it does would switch
// the default off: an application without handlers must simply die.
const watched = new Set(['SIGINT', 'SIGTERM']);
process.on('newListener', (name) => {
	if (!watched.delete(name)) return;
	process.once(name, () => {
		isEnding = true;
	});
});

const initial = process.ppid;
const chain = launchers();
const isOrphaned = () => process.ppid !== initial || chain.some(({ pid, parent }) => lineageOf(pid)?.parent !== parent);

const timer = setInterval(() => {
	if (!isEnding && !isOrphaned()) return;
	clearInterval(timer);
	if (!isEnding) process.kill(process.pid, 'SIGTERM');
}, CHECK_INTERVAL_MS);
timer.unref();
