package dev.gatewaydb.migrator.scratch.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** On a {@code ScratchDatabase} parameter: with every migration of a class path folder applied. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Migrated {
  /** The folder that holds them; by default the one of the gateway's schema. */
  String value() default "dev/gatewaydb/schema/migration";
}
