import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { recorded } from './recorded.ts';

// A context that is made later knows the flag; the module that is running does not.
setFlagsFromString('--allow-natives-syntax');
const hasFastProperties = runInNewContext('(object) => %HasFastProperties(object)') as (object: object) => boolean;

// Twice: the engine takes the first object of a literal another way than the others.
it.each([1, 2])('every operation is found without a look-up by name: recorder %i', () => {
	expect([hasFastProperties(recorded().recorder), hasFastProperties(Object.create(null))]).toEqual([true, false]);
});
