package dev.gatewaydb.schema;

import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.sql.SQLException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Migrates one template for each version that tests ask for; every test gets a copy. */
final class GatewayDatabases implements ParameterResolver {
  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == GatewayDatabase.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    String version = parameter.findAnnotation(At.class).map(At::value).orElse(At.LATEST);
    try {
      GatewayDatabase db = GatewayDatabase.at(version, ScratchPostgres.server(context));
      context.getStore(Namespace.create(GatewayDatabases.class)).put(db, db);
      return db;
    } catch (SQLException e) {
      throw new ParameterResolutionException("no database at " + version, e);
    }
  }
}
