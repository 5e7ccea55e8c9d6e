package dev.gatewaydb.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.gatewaydb.dao.DaoException;
import dev.gatewaydb.migrator.error.GatewayDbException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

/** The design's table of modules and packages: what may know what. */
final class ArchitectureTest {
  private static final JavaClasses CLASSES = imported();

  private static JavaClasses imported() {
    JavaClasses ours =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.gatewaydb");
    for (String module : new String[] {"schema", "migrator", "dao", "sync", "cli"}) {
      assertThat(ours.stream().map(JavaClass::getPackageName))
          .anyMatch(name -> name.startsWith("dev.gatewaydb." + module));
    }
    return ours;
  }

  private static DescribedPredicate<JavaClass> in(String... modules) {
    return resideInAnyPackage(
        Stream.of(modules).map(m -> "dev.gatewaydb." + m + "..").toArray(String[]::new));
  }

  @Test
  void theArrowsPointDown() {
    noClasses()
        .that(in("schema"))
        .should()
        .dependOnClassesThat(in("migrator", "dao", "sync", "cli"))
        .check(CLASSES);
    noClasses()
        .that(in("migrator"))
        .should()
        .dependOnClassesThat(in("schema", "dao", "sync", "cli"))
        .check(CLASSES);
    noClasses()
        .that(in("dao"))
        .should()
        .dependOnClassesThat(in("migrator", "sync", "cli"))
        .check(CLASSES);
    noClasses().that(not(in("cli"))).should().dependOnClassesThat(in("cli")).check(CLASSES);
  }

  @Test
  void theDaoKnowsNothingOfFlyway() {
    noClasses()
        .that(in("dao"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.flywaydb..")
        .check(CLASSES);
  }

  @Test
  void onlyTheEngineAndTheFileNamesKnowFlyway() {
    noClasses()
        .that(not(resideInAnyPackage("dev.gatewaydb.migrator", "dev.gatewaydb.migrator.layout")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.flywaydb..")
        .check(CLASSES);
  }

  @Test
  void onlyTheCommandPrintsExitsAndReadsTheEnvironment() {
    noClasses()
        .that(not(in("cli")))
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .orShould()
        .callMethod(System.class, "getenv")
        .orShould()
        .callMethod(System.class, "getenv", String.class)
        .orShould()
        .callMethod(Runtime.class, "halt", int.class)
        .orShould()
        .callMethod(Throwable.class, "printStackTrace")
        .check(CLASSES);
  }

  @Test
  void theDaoShowsNoJooqType() {
    ArchCondition<JavaMethod> showNoJooqType =
        new ArchCondition<>("show no jOOQ type") {
          @Override
          public void check(JavaMethod method, ConditionEvents events) {
            Stream.concat(
                    Stream.of(method.getRawReturnType()), method.getRawParameterTypes().stream())
                .filter(type -> type.getPackageName().startsWith("org.jooq"))
                .forEach(
                    type ->
                        events.add(
                            SimpleConditionEvent.violated(
                                method, method.getFullName() + " shows " + type.getName())));
          }
        };
    methods()
        .that()
        .areDeclaredInClassesThat(
            in("dao").and(not(resideInAPackage("..internal.."))).and(publicClass()))
        .and()
        .arePublic()
        .should(showNoJooqType)
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaClass> publicClass() {
    return DescribedPredicate.describe(
        "public", type -> type.getModifiers().contains(JavaModifier.PUBLIC));
  }

  @Test
  void internalPackagesStayInTheirModule() {
    for (String module : new String[] {"schema", "migrator", "dao", "sync"}) {
      noClasses()
          .that(not(in(module)))
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.gatewaydb." + module + "..internal..")
          .check(CLASSES);
    }
  }

  @Test
  void packagesFormNoCycles() {
    // The generated types are one thing in three packages.
    JavaClasses written = CLASSES.that(not(resideInAPackage("dev.gatewaydb.schema.jooq..")));
    slices().matching("dev.gatewaydb.(**)").should().beFreeOfCycles().check(written);
  }

  @Test
  void everyPackageIsNullMarked() {
    assertThat(
            CLASSES.stream()
                .filter(not(resideInAPackage("dev.gatewaydb.schema.jooq..")))
                .map(JavaClass::getPackage)
                .distinct())
        .isNotEmpty()
        .allMatch(p -> p.tryGetAnnotationOfType(NullMarked.class).isPresent());
  }

  @Test
  void theGeneratedTypesAreUsedByTheDaoAlone() {
    noClasses()
        .that(not(in("dao", "schema.jooq")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.gatewaydb.schema.jooq..")
        .check(CLASSES);
  }

  @Test
  void exceptionsStayInTheirFamily() {
    classes()
        .that()
        .areAssignableTo(RuntimeException.class)
        .should()
        .beAssignableTo(GatewayDbException.class)
        .orShould()
        .beAssignableTo(DaoException.class)
        .check(CLASSES);
  }

  @Test
  void modulesOnDiskAreTheDesigns() throws IOException {
    try (Stream<Path> folders = Files.list(Path.of(".."))) {
      assertThat(
              folders
                  .filter(f -> Files.exists(f.resolve("pom.xml")))
                  .map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "schema", "migrator-core", "migrator-cli", "gateway-dao", "dashboard-sync");
    }
  }
}
