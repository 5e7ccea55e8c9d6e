package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.schema.GatewaySchema;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.stream.Collectors;
import org.jooq.codegen.GenerationTool;
import org.jooq.codegen.JavaGenerator;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Logging;
import org.jooq.meta.jaxb.Target;
import org.jooq.meta.postgres.PostgresDatabase;

/** jOOQ's code generator, set so that the same schema always gives the same bytes. */
final class JooqTypes {
  private JooqTypes() {}

  static void generate(ScratchDatabase database, String packageName, Path folder) throws Exception {
    System.setProperty("org.jooq.no-logo", "true");
    System.setProperty("org.jooq.no-tips", "true");
    String tables =
        GatewaySchema.ownedTables().stream().collect(Collectors.joining("|", "public\\.(", ")"));
    Database source =
        new Database()
            .withName(PostgresDatabase.class.getName())
            .withInputSchema("public")
            .withOutputSchemaToDefault(true)
            .withIncludes(tables)
            .withIncludeRoutines(false)
            .withIncludeSequences(false);
    Generate generate =
        new Generate()
            .withGeneratedAnnotation(true)
            .withGeneratedAnnotationDate(false)
            .withGeneratedAnnotationJooqVersion(true)
            .withComments(true)
            .withRecords(true)
            .withGlobalObjectReferences(true);
    Generator generator =
        new Generator()
            .withName(JavaGenerator.class.getName())
            .withDatabase(source)
            .withGenerate(generate)
            .withTarget(
                new Target()
                    .withPackageName(packageName)
                    .withDirectory(folder.toString())
                    .withEncoding("UTF-8"));
    try (Connection connection = database.dataSource().getConnection()) {
      GenerationTool tool = new GenerationTool();
      tool.setConnection(connection);
      tool.run(new Configuration().withLogging(Logging.WARN).withGenerator(generator));
    }
  }
}
