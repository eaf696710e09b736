import { SingleBar } from 'cli-progress';

/** Shows how far a run is: a bar on a terminal, a line now and then elsewhere. On stderr, so that results stay alone on stdout. */
export interface Progress {
	readonly update: (ingested: number, terminal: number) => void;
	readonly stop: () => void;
}

const LINE_EVERY_MS = 2_000;

export function createProgress(total: number | undefined, isQuiet: boolean): Progress {
	if (isQuiet) return { update() {}, stop() {} };
	return process.stderr.isTTY && total !== undefined ? bar(total) : lines();
}

function bar(total: number): Progress {
	const shown = new SingleBar({
		format: 'records {bar} {percentage}% | {value}/{total} done | {ingested} read | {duration}s',
		hideCursor: true,
		stream: process.stderr,
		etaBuffer: 50,
	});
	shown.start(total, 0, { ingested: 0 });
	return {
		update: (ingested, terminal) => shown.update(Math.min(terminal, total), { ingested }),
		stop: () => shown.stop(),
	};
}

function lines(): Progress {
	let lastMs = Date.now();
	return {
		update(ingested, terminal) {
			const now = Date.now();
			if (now - lastMs < LINE_EVERY_MS) return;
			lastMs = now;
			process.stderr.write(`${ingested} records read, ${terminal} done\n`);
		},
		stop() {},
	};
}
