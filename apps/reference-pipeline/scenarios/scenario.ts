/** What a scenario checks and what it measured, line by line. */
export class Checks {
	#passed = 0;
	#failed = 0;

	/** One expectation. Whatever it throws is printed and counted; the scenario goes on. */
	async check(name: string, expectation: () => void | Promise<void>): Promise<void> {
		try {
			await expectation();
			this.#passed++;
			console.log(`  ok    ${name}`);
		} catch (error) {
			this.#failed++;
			console.log(`  FAIL  ${name}`);
			console.log(indented(error instanceof Error ? error.message : String(error)));
		}
	}

	/** A figure to be read, never judged. */
	note(text: string): void {
		console.log(`  ..    ${text}`);
	}

	get failed(): number {
		return this.#failed;
	}

	get summary(): string {
		return `${this.#passed} passed, ${this.#failed} failed`;
	}
}

/** A group of checks under one title. */
export interface Scenario {
	readonly title: string;
	readonly run: (checks: Checks) => void | Promise<void>;
}

/** Runs scenarios one after the other. One that cannot be set up fails, and the others still run. */
export async function runScenarios(scenarios: readonly Scenario[], checks: Checks): Promise<void> {
	for (const { title, run } of scenarios) {
		console.log(title);
		try {
			await run(checks);
		} catch (error) {
			await checks.check('runs to its end', () => {
				throw error;
			});
		}
	}
}

function indented(text: string): string {
	return text.replaceAll(/^/gm, '        ');
}
