package dev.gatewaydb.cli;

import dev.gatewaydb.dao.ConflictException;
import dev.gatewaydb.dao.DaoException;
import dev.gatewaydb.dao.DatabaseException;
import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.NotFoundException;
import dev.gatewaydb.dao.SecretException;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.GatewayDbException;
import dev.gatewaydb.migrator.error.NeedsPersonException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.error.UnreachableException;

/** What a command's exit code means; part of the command's contract. */
final class ExitCode {
  static final int DONE = 0;
  static final int FOUND = 1;
  static final int USAGE = 2;
  static final int UNREACHABLE = 3;
  static final int REFUSED = 4;
  static final int FAILED = 5;
  static final int NEEDS_PERSON = 6;

  private ExitCode() {}

  static int of(DaoException e) {
    return switch (e) {
      case InvalidInputException i -> USAGE;
      case NotFoundException n -> USAGE;
      case ConflictException c -> REFUSED;
      case SecretException s -> FAILED;
      case DatabaseException d -> d.isUnreachable() ? UNREACHABLE : FAILED;
    };
  }

  static int of(GatewayDbException e) {
    return switch (e) {
      case ConfigurationException c -> USAGE;
      case UnreachableException u -> UNREACHABLE;
      case RefusedException r -> REFUSED;
      case FailedException f -> FAILED;
      case NeedsPersonException n -> NEEDS_PERSON;
    };
  }
}
