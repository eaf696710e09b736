import type { Scenario } from '../scenario.ts';
import { byteIdentity } from './byte-identity.ts';
import { faults } from './faults.ts';
import { fidelity } from './fidelity.ts';
import { hostileInput } from './hostile-input.ts';
import { overhead } from './overhead.ts';
import { recorder } from './recorder.ts';
import { siege } from './siege.ts';

/** The built application as its users start it. */
export const appScenarios: readonly Scenario[] = [
	byteIdentity,
	faults,
	hostileInput,
	overhead,
	recorder,
	fidelity,
	siege,
];
