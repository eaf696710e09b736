import { alphaEntries } from './alpha/index.ts';
import { betaEntries } from './beta/index.ts';
import { commonAttributes, commonSpanEvents } from './common/index.ts';
import type { ModuleName } from './entries.ts';
import { epsilonEntries } from './epsilon/index.ts';
import { gammaEntries } from './gamma/index.ts';
import { integrationEntries } from './integration/index.ts';
import type { RegistryTables } from './lint-subject.ts';
import { phiEntries } from './phi/index.ts';
import { telemetryEntries } from './telemetry/index.ts';

/** The tables of this package, without a team's own extensions. */
export const BUILT_IN_TABLES: Readonly<Record<ModuleName | 'common', RegistryTables>> = {
	common: { attributes: commonAttributes, spanEvents: commonSpanEvents },
	alpha: alphaEntries,
	beta: betaEntries,
	gamma: gammaEntries,
	epsilon: epsilonEntries,
	phi: phiEntries,
	integration: integrationEntries,
	telemetry: telemetryEntries,
};
