package dev.gatewaydb.migrator.operate.backup;

/**
 * How to restore.
 *
 * @param replace whether a database that holds something may be replaced
 * @param dropOld whether to drop what was replaced; else it stays under another name
 * @param disconnect whether to end other clients' sessions; else they are a reason to refuse
 * @param owners whether owners and privileges come along, whose roles must be there
 * @param migrate whether to run pending migrations afterwards
 * @param jobs how many connections load at once, 1 or more
 */
public record RestoreOptions(
    boolean replace,
    boolean dropOld,
    boolean disconnect,
    boolean owners,
    boolean migrate,
    int jobs) {}
