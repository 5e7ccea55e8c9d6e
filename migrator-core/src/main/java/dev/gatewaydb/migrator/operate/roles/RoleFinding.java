package dev.gatewaydb.migrator.operate.roles;

/**
 * Something that a role can do and needn't, or needs and can't.
 *
 * @param role which; {@code PUBLIC} for everybody
 * @param check a word for the kind: {@code role}, {@code attribute}, {@code membership}, {@code
 *     owner}, {@code extra}, {@code missing}, {@code default}
 * @param object what it is about, as SQL has it; empty for the role itself
 * @param message one line
 * @param nextStep what to do; empty where the message says it
 */
public record RoleFinding(
    String role, String check, String object, String message, String nextStep) {}
