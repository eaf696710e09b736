import type { RequirementList } from '../requirement.ts';

/** Compliance specification, chapter 6: access and transport. */
export const accessRequirements: RequirementList = {
	'6.1': {
		title: 'People enter through an identity provider with several factors',
		kinds: ['C'],
		scope: 'OUT',
		reason: 'access management; the query interface takes an authenticated actor',
	},
	'6.2': {
		title: 'Services prove themselves to each other with short-lived tokens or certificates',
		kinds: ['C'],
		scope: 'PART',
		reason: 'identities come from the platform; exporters send the configured headers and certificates',
		proof: [
			'packages/telemetry-sdk/test/export/span-transport.test.ts > sends the bytes as they are over HTTP, with headers, compressed',
			'packages/telemetry-sdk/test/settings/resolve-settings.test.ts > export is encrypted and authenticated',
		],
	},
	'6.3': {
		title: 'Rights are as small as possible, roles are documented and their use audited',
		kinds: ['C'],
		scope: 'PART',
		reason: 'roles are checked and audited on audit and lineage queries; granting them is access management',
		proof: [
			'apps/observatory/test/auth/routes-and-roles.test.ts > lets every role do what is documented, and nothing else',
			'apps/observatory/test/auth/routes-and-roles.test.ts > shows all tenants to those who may and say why, and writes down why',
			'packages/telemetry-store/test/store/telemetry-store.test.ts > gives a reader what its scope holds, and has every read in the audit of the tenant',
			'packages/telemetry-store/test/store/telemetry-store.test.ts > writes down whom it did not let in',
		],
	},
	'6.4': {
		title: 'Privileged access is approved and ends by itself',
		kinds: ['C'],
		scope: 'OUT',
		reason: 'a process; the reference of the approval is recorded',
	},
	'6.5': {
		title: 'All network traffic uses TLS 1.2 or later',
		kinds: ['C'],
		scope: 'PART',
		reason: "exporters insist on TLS outside development and the version is recorded; other traffic is the platform's",
		proof: [
			'packages/telemetry-sdk/test/settings/resolve-settings.test.ts > what is sent to other machines is encrypted',
			'packages/telemetry-sdk/test/settings/resolve-settings.test.ts > export is encrypted and authenticated',
			'packages/telemetry-sdk/test/export/span-transport.test.ts > trusts the certificate that the environment names, and no other',
		],
	},
	'6.6': {
		title: 'Certificates are watched and announced 30 days before they end',
		kinds: ['C'],
		scope: 'IN',
		note: 'metric and alert over the certificates it is given',
		proof: 'later',
	},
	'6.7': {
		title: 'Traffic between services is authenticated on both sides',
		kinds: ['C'],
		scope: 'OUT',
		reason: 'infrastructure',
	},
	'6.8': {
		title: 'Artifacts are scanned before they are deployed',
		kinds: ['C'],
		scope: 'PART',
		reason: "the deployment pipeline scans; the packages' own dependencies are audited here",
		proof: 'later',
	},
	'6.9': { title: 'Vulnerable dependencies are replaced in time', kinds: ['C'], scope: 'OUT', reason: 'a process' },
	'6.10': { title: 'Systems are patched in time', kinds: ['C'], scope: 'OUT', reason: 'a process' },
};
