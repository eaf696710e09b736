import { describe, expect, it } from 'vitest';
import { checkLockfileHosts, checkSingleCopies } from '../src/lockfile.ts';
import { fixtureTree } from './fixture-tree.ts';

const ONE =
	"lockfileVersion: '9.0'\npackages:\n  '@opentelemetry/api@1.10.0':\n    resolution: {integrity: sha512-x}\n";
const TWO = `${ONE}  '@opentelemetry/api@1.9.1':\n    resolution: {integrity: sha512-y}\n  chalk@4.1.2:\n    resolution: {}\n  chalk@5.0.0:\n    resolution: {}\n`;

describe('one copy of OpenTelemetry', () => {
	it('passes one copy and no lockfile', () => {
		expect([checkSingleCopies(fixtureTree({ 'pnpm-lock.yaml': ONE })), checkSingleCopies(fixtureTree({}))]).toEqual([
			[],
			[],
		]);
	});

	it('finds two', () => {
		expect(checkSingleCopies(fixtureTree({ 'pnpm-lock.yaml': TWO }))).toEqual([
			{ file: 'pnpm-lock.yaml', message: '@opentelemetry/api is installed 2 times: 1.10.0, 1.9.1' },
		]);
	});
});

describe('lockfile without hosts', () => {
	it('finds a tarball address', () => {
		const text = `${ONE}    tarball: https://packages.example/api.tgz\n`;
		expect(checkLockfileHosts(fixtureTree({ 'pnpm-lock.yaml': text }))).toEqual([
			{
				file: 'pnpm-lock.yaml',
				line: 5,
				message: 'names a host: tarball: https://packages.example/api.tgz',
			},
		]);
	});

	it('passes integrities and the authors’ words in deprecations', () => {
		const text = `${ONE}    deprecated: moved, see https://project.example\n`;
		expect(checkLockfileHosts(fixtureTree({ 'pnpm-lock.yaml': text }))).toEqual([]);
	});
});
