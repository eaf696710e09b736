import type { Scenario } from '../scenario.ts';
import { parcelIngestScenario } from './parcel-ingest-scenario.ts';
import { tideStationScenario } from './tide-station-scenario.ts';

/** Modules of other teams, followed by a binding of their own. */
export const foreignScenarios: readonly Scenario[] = [tideStationScenario, parcelIngestScenario];
