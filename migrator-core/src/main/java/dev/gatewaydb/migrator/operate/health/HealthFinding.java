package dev.gatewaydb.migrator.operate.health;

/**
 * Something that somebody should look at.
 *
 * @param critical whether it can't wait
 * @param check which of the checks found it, such as {@code connections}
 * @param message the subject, the measured value and the limit
 * @param nextStep what to do
 */
public record HealthFinding(boolean critical, String check, String message, String nextStep) {}
