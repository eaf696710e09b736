import { InstrumentationBase } from '@opentelemetry/instrumentation';
import { expect, it } from 'vitest';
import { unknownModules } from '../../src/provider/module-instrumentations.ts';

class Named extends InstrumentationBase {
	constructor(name: string) {
		super(name, '1.0.0', { enabled: false });
	}
	protected override init(): undefined {}
}

/** Those of modules have a binding, those of libraries have none. */
const instrumentations = [
	Object.assign(new Named('@team/instrumentation-customs'), { binding: {} }),
	new Named('@opentelemetry/instrumentation-http'),
];

it.each([
	[undefined, []],
	[['alpha', 'epsilon', 'integration', 'integration-layer', 'customs'], []],
	[['http'], [expect.stringContaining('"http" is no module and switches nothing on; known: alpha, beta, gamma,')]],
	[['custom', 'beta'], [expect.stringMatching(/^modules: "custom" is no module .* integration-layer, customs$/)]],
])('names what is neither a module nor an instrumentation of one: %j', (modules, lines) => {
	expect(unknownModules(instrumentations, modules)).toEqual(lines);
});
