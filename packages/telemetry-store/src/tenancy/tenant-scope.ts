import { StoreError } from '../connection/store-error.ts';

/** Tenant of rows that name none. */
export const NO_TENANT = 'default';

const MAX_TENANTS = 1_000;
const MAX_LENGTH = 128;

/** Whose rows a query may see. Every query function takes one: there is no default. */
export class TenantScope {
	/** Undefined: all, of an operator who said why. */
	readonly tenants: readonly string[] | undefined;
	readonly #justification: string | undefined;

	private constructor(tenants: readonly string[] | undefined, justification?: string) {
		this.tenants = tenants;
		this.#justification = justification;
	}

	/** @throws StoreError `QUERY_INVALID` without a tenant, or with too many */
	static of(...tenants: readonly string[]): TenantScope {
		if (tenants.length === 0 || tenants.length > MAX_TENANTS) {
			throw new StoreError('QUERY_INVALID', `A scope names 1 to ${MAX_TENANTS} tenants.`);
		}
		if (tenants.some((tenant) => tenant === '' || tenant.length > MAX_LENGTH)) {
			throw new StoreError('QUERY_INVALID', `A tenant has 1 to ${MAX_LENGTH} characters.`);
		}
		return new TenantScope(Object.freeze([...new Set(tenants)].toSorted()));
	}

	/**
	 * All tenants, for whoever runs the pipeline. Queries with it are audited as such.
	 *
	 * @param justification what stands in the audit entry
	 */
	static operator(justification: string): TenantScope {
		if (justification.trim() === '') throw new StoreError('QUERY_INVALID', 'Say why all tenants are read.');
		return new TenantScope(undefined, justification.slice(0, 1_024));
	}

	get justification(): string | undefined {
		return this.#justification;
	}

	includes(tenant: string): boolean {
		return this.tenants === undefined || this.tenants.includes(tenant);
	}

	/** Part of a WHERE clause; its values are in `parameters`. The only place where a query learns whose rows it may see. */
	condition(column = 'tenant_id'): string {
		return this.tenants === undefined ? '1' : `${column} IN {tenants:Array(String)}`;
	}

	get parameters(): Readonly<Record<string, unknown>> {
		return this.tenants === undefined ? {} : { tenants: this.tenants };
	}
}
