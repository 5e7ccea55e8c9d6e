package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

@ExtendWith(ScratchPostgres.class)
final class SchemaDocsTest {
  /** Surefire's working directory is the module's. */
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

  private final ScratchDatabase server;

  @TempDir private Path folder;

  /**
   * @param server any database of the server that makes scratch databases
   */
  SchemaDocsTest(ScratchDatabase server) {
    this.server = server;
  }

  private Project project() {
    return Project.in(folder).with("GWDB_SCRATCH", server.settings().uri());
  }

  @Test
  void theCommittedDescriptionIsInStepWithTheMigrations() {
    assertThat(project().run(Optional.of(CHECKOUT), "schema-docs", "--check").exits(0).out())
        .isEqualTo("the description is in step with the migrations\n");
  }

  @Test
  void describesAProjectsOwnSchema() throws Exception {
    Files.writeString(folder.resolve("gwdb.toml"), "[migrations]\ndirectory = \"sql\"\n");
    Files.createDirectory(folder.resolve("sql"));
    Files.writeString(
        folder.resolve("sql/V1__one.sql"),
        """
        CREATE TYPE mood AS ENUM ('a|b', 'c<d');
        CREATE TABLE parent (id int PRIMARY KEY, m mood DEFAULT 'a|b', self int REFERENCES parent);
        COMMENT ON TABLE parent IS 'What it
        is for';
        CREATE TABLE "Odd <&> child" (id int, parent_id int NOT NULL REFERENCES parent (id));
        CREATE INDEX by_parent ON "Odd <&> child" (parent_id) WHERE id > 0;
        """);
    assertThat(project().run("schema-docs", "--check").exits(1).errors())
        .containsExactly("new schema.md", "new schema.svg");
    assertThat(project().run("schema-docs").exits(0).out())
        .isEqualTo("new schema.md\nnew schema.svg\n");
    project().run("schema-docs", "--check").exits(0);

    String markdown = Files.readString(folder.resolve("docs/schema.md"));
    assertThat(markdown)
        .contains("## `parent`\n\nWhat it is for\n")
        .contains("| `m` | public.mood | yes | `'a\\|b'::public.mood` |")
        .contains("- `by_parent`: `CREATE INDEX by_parent ON public.\"Odd <&> child\"")
        .contains("`public.mood`");
    Document svg =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(folder.resolve("docs/schema.svg").toFile());
    assertThat(svg.getElementsByTagName("desc").item(0).getTextContent())
        .contains("\"Odd <&> child\".parent_id references parent.id");
    assertThat(svg.getElementsByTagName("path").getLength()).isEqualTo(2);

    Files.writeString(
        folder.resolve("sql/V2__two.sql"), "ALTER TABLE parent ADD COLUMN extra text;");
    assertThat(project().run("schema-docs", "--check").exits(1).errors())
        .containsExactly("changed schema.md", "changed schema.svg");
  }

  @Test
  void needsAPlaceToWriteTo() throws IOException {
    assertThat(project().run("schema-docs").exits(2).err()).contains("--out");
    project().run("schema-docs", "--out", "here").exits(0);
    assertThat(folder.resolve("here/schema.md")).exists();
  }
}
