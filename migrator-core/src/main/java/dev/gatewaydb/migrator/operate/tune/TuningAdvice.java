package dev.gatewaydb.migrator.operate.tune;

/**
 * A setting, as it is and as it should be.
 *
 * @param name PostgreSQL's
 * @param current as SHOW has it
 * @param recommended in the same form
 * @param differs whether there is something to do
 * @param restart whether a new value needs a restart of the server
 * @param reason why
 */
public record TuningAdvice(
    String name,
    String current,
    String recommended,
    boolean differs,
    boolean restart,
    String reason) {}
