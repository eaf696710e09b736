import { randomBytes } from 'node:crypto';
import { loadSettings, SettingError } from '@pipeline/telemetry-sdk';

const VARIABLE = 'TELEMETRY_REDACTION_KEYS';

/**
 * What the processes of a run need in their environment to make the same hash of the same name: a key that ends with the run, where nobody has
 * set one.
 */
export async function runKey(env: NodeJS.ProcessEnv = process.env): Promise<Readonly<Record<string, string>>> {
	try {
		const { redaction } = await loadSettings({}, env);
		if ((redaction.keys ?? []).length > 0) return {};
	} catch (error) {
		// The processes say it themselves.
		if (error instanceof SettingError) return {};
		throw error;
	}
	return { [VARIABLE]: `r${randomBytes(4).toString('hex')}:${randomBytes(32).toString('hex')}` };
}
