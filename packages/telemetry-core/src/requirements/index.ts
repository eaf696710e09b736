export { renderRequirementsPage } from './page.ts';
export { type BrokenProof, brokenProofs, type TestTitles } from './proofs.ts';
export type {
	Proof,
	Requirement,
	RequirementInPart,
	RequirementInScope,
	RequirementKind,
	RequirementList,
	RequirementOutOfScope,
	RequirementSource,
} from './requirement.ts';
export { REQUIREMENT_SOURCES } from './sources.ts';
