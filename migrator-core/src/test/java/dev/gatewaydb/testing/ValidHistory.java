package dev.gatewaydb.testing;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/**
 * After each test, a stock Flyway must find nothing wrong with the histories of its databases. The
 * files are those of the test's field {@code project}.
 */
public final class ValidHistory implements InvocationInterceptor {
  /** A test that leaves a history to which its files don't fit. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.METHOD)
  public @interface Unsound {}

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    invocation.proceed();
    validate(method, context);
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> method,
      ExtensionContext context)
      throws Throwable {
    interceptTestMethod(invocation, method, context);
  }

  private static void validate(ReflectiveInvocationContext<Method> method, ExtensionContext context)
      throws Exception {
    if (method.getExecutable().isAnnotationPresent(Unsound.class)) {
      return;
    }
    Field field = context.getRequiredTestClass().getDeclaredField("project");
    field.setAccessible(true);
    Project project = (Project) field.get(context.getRequiredTestInstance());
    for (Object argument : method.getArguments()) {
      if (argument instanceof ScratchDatabase database && hasHistory(database)) {
        assertThatCode(
                () ->
                    project
                        .configure(database.dataSource())
                        .ignoreMigrationPatterns("*:pending")
                        .load()
                        .validate())
            .as("stock Flyway's validate")
            .doesNotThrowAnyException();
      }
    }
  }

  private static boolean hasHistory(ScratchDatabase database) throws Exception {
    return !Sql.rows(database, "SELECT to_regclass('flyway_schema_history')")
        .equals(List.of("null"));
  }
}
