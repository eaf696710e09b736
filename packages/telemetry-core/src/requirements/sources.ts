import { accessRequirements } from './compliance/access.ts';
import { auditRequirements } from './compliance/audit.ts';
import { deliveryRequirements } from './compliance/delivery.ts';
import { ingestionRequirements } from './compliance/ingestion.ts';
import { lineageRequirements } from './compliance/lineage.ts';
import { protectionRequirements } from './compliance/protection.ts';
import { reportingRequirements } from './compliance/reporting.ts';
import { transformationRequirements } from './compliance/transformation.ts';
import { etlModuleRequirements } from './etl-module.ts';
import { infrastructureRequirements } from './infrastructure.ts';
import { observabilityDesignRequirements } from './observability-design.ts';
import { openTelemetryRequirements } from './open-telemetry.ts';
import { openTelemetryCriteria } from './open-telemetry-criteria.ts';
import { openTelemetryScenarios } from './open-telemetry-scenarios.ts';
import type { RequirementSource } from './requirement.ts';
import { unifiedFrameworkRequirements } from './unified-framework.ts';

/** Every document the framework answers to, in the order of the generated page. */
export const REQUIREMENT_SOURCES: readonly RequirementSource[] = [
	{ title: 'Compliance 3: audit', requirements: auditRequirements },
	{ title: 'Compliance 4: lineage', requirements: lineageRequirements },
	{ title: 'Compliance 5: ingestion', requirements: ingestionRequirements },
	{ title: 'Compliance 6: access and transport', requirements: accessRequirements },
	{ title: 'Compliance 7: data protection', requirements: protectionRequirements },
	{ title: 'Compliance 8: transformation', requirements: transformationRequirements },
	{ title: 'Compliance 9: delivery', requirements: deliveryRequirements },
	{ title: 'Compliance 10: reports and alerts', requirements: reportingRequirements },
	{ title: 'Design document 0: unified telemetry framework', requirements: unifiedFrameworkRequirements },
	{ title: 'Design document 1: ETL observability module', requirements: etlModuleRequirements },
	{ title: 'Design document 2: observability design', requirements: observabilityDesignRequirements },
	{ title: 'Design document 3: observability infrastructure', requirements: infrastructureRequirements },
	{ title: 'Design document 4: OpenTelemetry', requirements: openTelemetryRequirements },
	{ title: 'Design document 4: success criteria', requirements: openTelemetryCriteria },
	{ title: 'Design document 4: scenarios and edge cases', requirements: openTelemetryScenarios },
];
