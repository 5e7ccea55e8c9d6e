package dev.gatewaydb.migrator.scratch.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** On a {@code ScratchDatabase} parameter: with every migration of the class path applied. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Migrated {
  /** The folder on the class path that holds the migrations. */
  String value() default "db/migration";
}
