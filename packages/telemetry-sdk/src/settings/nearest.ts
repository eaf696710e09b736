/** Longer words are not compared: nobody mistypes so much. */
const MAX_LENGTH = 80;

/** The candidate that differs least from a word, if that is by no more than two letters in five. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
	if (word.length > MAX_LENGTH) return undefined;
	let best: string | undefined;
	let least = Math.floor(word.length * 0.4) + 1;
	for (const candidate of candidates) {
		const distance = editDistance(word, candidate);
		if (distance >= least) continue;
		least = distance;
		best = candidate;
	}
	return best;
}

/** @see https://en.wikipedia.org/wiki/Levenshtein_distance */
function editDistance(from: string, to: string): number {
	let row = Array.from({ length: to.length + 1 }, (_, index) => index);
	for (let i = 1; i <= from.length; i++) {
		const next = [i];
		for (let j = 1; j <= to.length; j++) {
			const replaced = (row[j - 1] as number) + (from[i - 1] === to[j - 1] ? 0 : 1);
			next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
		}
		row = next;
	}
	return row[to.length] as number;
}
