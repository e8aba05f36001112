drop table migration_checksums;
