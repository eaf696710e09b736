import { afterEach, describe, expect, it, vi } from 'vitest';
import { PackingError, withPackedPackages } from '../src/packing.ts';
import { fixtureTree } from './fixture-tree.ts';

describe('withPackedPackages', () => {
	afterEach(() => vi.unstubAllEnvs());

	it('says why when pnpm cannot be started', async () => {
		vi.stubEnv('PATH', '/nowhere');
		await expect(withPackedPackages(fixtureTree({}), () => undefined)).rejects.toThrow(
			new PackingError('spawnSync pnpm ENOENT'),
		);
	});
});
