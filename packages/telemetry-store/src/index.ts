export { type EmbeddedTarget, openDatabase, type ServerTarget, type StoreTarget } from './connection/open-database.ts';
export type { Administration, QueryOptions, QueryParameters, StoreDatabase } from './connection/store-database.ts';
export { StoreError, type StoreErrorCode } from './connection/store-error.ts';
export { type MigrateOptions, type MigrationState, migrate, migrationStates } from './schema/migrate.ts';
export { applyRetention, RETENTIONS, type Retention, type RetentionProfile } from './schema/retention.ts';
export { TenantScope } from './tenancy/tenant-scope.ts';
