package dev.gatewaydb.schema;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The version that a {@link GatewayDatabase} parameter stands at. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
@interface At {
  String NOTHING = "";

  /** The last of the adopted migrations, which have no U file. */
  String LAST_SIMPLE = "20260220100000";

  String BEFORE_CLEAR_KEY_GOES = "20261121100500";
  String CLEAR_KEY_GOES = "20261121101000";
  String SECRETS_GET_CHAINS = "20261121101500";
  String LATEST = "99999999999999";

  String value();
}
